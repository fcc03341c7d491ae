"""Several checks at once: a result or a problem for each."""

from __future__ import annotations

import base64
import threading
from urllib.parse import urlencode

import pytest

from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.effort import Effort
from tests.fakes import a_match, a_picture_file
from tests.service import KNOWN, Client, Parts


def test_each_query_has_its_result_or_problem_in_order(client: Client) -> None:
    queries = [
        {"id": "b", "image_url": KNOWN},
        {"id": "a", "image_url": "https://nowhere.example/"},
        {"id": "c", "image_base64": base64.b64encode(a_picture_file(3)).decode()},
        {"id": "d", "image_base64": "!"},
    ]
    answer = client.send("POST", "/find_similar/batch", {"queries": queries, "top": 2})
    results = answer.json["results"]
    assert [item["id"] for item in results] == ["b", "a", "c", "d"]
    alone = client.get(f"/find_similar?image_url={KNOWN}&top=2").json
    assert results[0] == {"id": "b", "result": alone, "problem": None}
    assert [item["problem"] and item["problem"]["code"] for item in results] == [
        None,
        "image_not_found",
        None,
        "bad_parameter",
    ]
    assert results[2]["result"]["query"]["width"] == 3


def test_options_count_for_every_query(client: Client, parts: Parts) -> None:
    document = {
        "queries": [{"id": "1", "image_url": KNOWN}, {"id": "2", "image_url": KNOWN}],
        "top": 3,
        "min_match": 0,
        "exclude_entity_id": ["x"],
        "exclude_sku": ["y"],
        "filter": ["k:v"],
        "effort": "thorough",
    }
    client.send("POST", "/find_similar/batch", document)
    options = CheckOptions(
        3,
        0.0,
        frozenset({"x"}),
        frozenset({"y"}),
        frozenset({("k", "v")}),
        Effort.THOROUGH,
    )
    assert parts.matcher.options == [options, options]


@pytest.mark.parametrize(("named", "is_chosen"), [({}, False), ({"effort": "normal"}, True)])
def test_the_matcher_knows_whether_an_effort_was_named(
    client: Client, parts: Parts, named: dict[str, str], *, is_chosen: bool
) -> None:
    """A busy service may try less where none was, even where the one that was is the default."""
    client.send(
        "POST", "/find_similar/batch", {"queries": [{"id": "1", "image_url": KNOWN}]} | named
    )
    client.get(f"/find_similar?{urlencode({'image_url': KNOWN} | named)}")
    assert [options.is_effort_chosen for options in parts.matcher.options] == [is_chosen] * 2


def test_queries_run_next_to_each_other(client: Client, parts: Parts) -> None:
    """Each waits until the other has begun: one after the other they would never meet."""
    both = threading.Barrier(2, timeout=10)

    def find(picture: PreparedPicture) -> tuple[Match, ...]:
        both.wait()
        return (a_match(picture.width),)

    parts.matcher.find = find
    queries = [{"id": name, "image_url": KNOWN} for name in "ab"]
    results = client.send("POST", "/find_similar/batch", {"queries": queries}).json["results"]
    assert all(item["problem"] is None for item in results)


def test_a_surprise_in_one_query_leaves_the_others(client: Client, parts: Parts) -> None:
    def find(picture: PreparedPicture) -> tuple[Match, ...]:
        if picture.width == 2:
            raise RuntimeError("secret")
        return ()

    parts.matcher.find = find
    parts.fetcher.files["second"] = a_picture_file(2)
    queries = [{"id": "1", "image_url": KNOWN}, {"id": "2", "image_url": "second"}]
    answer = client.send("POST", "/find_similar/batch", {"queries": queries})
    statuses = [(item["problem"] or {}).get("status") for item in answer.json["results"]]
    assert statuses == [None, 500]
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({}, "give either image_url or image_base64, and not both"),
        ({"image_url": "a", "image_base64": "YQ=="}, "give either image_url or image_base64"),
        ({"image_url": None}, "give either image_url or image_base64"),
        ({"image_url": 1}, "image_url "),
        ({"image_url": ["a"]}, "image_url "),
        ({"image_url": ""}, "image_url "),
        ({"image_url": "x" * 2049}, "image_url "),
        ({"image_base64": {}}, "image_base64 "),
        ({"image_base64": "!"}, "image_base64 is not valid base64"),
        ({"image_url": "a", "top": 1}, "the key 'top' is unknown"),
        ({"image_url": "a", "source": 1}, "the key 'source' is unknown"),
        ({"image_url": "\ud800"}, "image_url "),
    ],
)
def test_a_malformed_query_is_its_own_problem(
    client: Client, query: dict[str, object], complaint: str
) -> None:
    queries = [{"id": "bad", **query}, {"id": "good", "image_url": KNOWN}]
    answer = client.send("POST", "/find_similar/batch", {"queries": queries})
    bad, good = answer.json["results"]
    assert (answer.status, bad["id"], bad["result"]) == (200, "bad", None)
    assert (bad["problem"]["status"], bad["problem"]["code"]) == (400, "bad_parameter")
    assert complaint in bad["problem"]["detail"]
    assert (good["problem"], good["result"]["is_duplicate"]) == (None, True)


def test_the_contract_shows_what_a_query_may_have(client: Client) -> None:
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    for kind, key in (("ByUrl", "image_url"), ("InBase64", "image_base64")):
        query = schemas[f"BatchQuery{kind}"]
        assert set(query["properties"]) == set(query["required"]) == {"id", key}
        assert query["additionalProperties"] is False


def test_a_large_picture_is_checked(client: Client) -> None:
    """Nothing but the limit of a body holds for base64: 20 MB are 27 MB of text."""
    large = base64.b64encode(a_picture_file(7) + b" " * 20_000_000).decode()
    queries = [{"id": "1", "image_base64": large}]
    [item] = client.send("POST", "/find_similar/batch", {"queries": queries}).json["results"]
    assert item["result"]["query"]["width"] == 7


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({}, "queries is required"),
        ({"queries": []}, "queries "),
        ({"queries": [{"id": str(n), "image_url": "a"} for n in range(17)]}, "queries "),
        ({"queries": [{"id": "1", "image_url": "a"}] * 2}, "the id '1' appears twice"),
        ({"queries": [{"image_url": "a"}]}, "queries[0].id "),
        ({"queries": [{"id": "", "image_url": "a"}]}, "queries[0].id "),
        ({"queries": [{"id": 1, "image_url": "a"}]}, "queries[0].id "),
        ({"queries": [{"id": "1", "image_url": "a"}], "top": 0}, "top "),
        ({"queries": [{"id": "1", "image_url": "a"}], "tpo": 1}, "the key 'tpo' is unknown"),
        ({"queries": {"id": "1"}}, "queries "),
        ({"queries": ["a"]}, "queries[0] "),
        ({"queries": [{"id": "\ud800", "image_url": "a"}]}, "queries[0].id "),
    ],
)
def test_a_malformed_batch_is_refused(client: Client, document: object, complaint: str) -> None:
    answer = client.send("POST", "/find_similar/batch", document)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert complaint in answer.json["detail"]
