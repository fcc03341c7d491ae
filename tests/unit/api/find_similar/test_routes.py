"""Checks: their options, their answers, and what is refused."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.api.find_similar.service import FindSimilar
from lookalike.errors import BadParameterError, ImageFeaturelessError, ImageUnreachableError
from lookalike.http.pictures import PictureReader
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Evidence, Verdict
from tests.builders import a_fingerprint_id, a_product, some_hashes
from tests.embeddings import embedded_picture
from tests.fakes import a_picture_file, fake_prepare
from tests.service import KNOWN, Client, Parts, a_form

_CHECK = f"/find_similar?image_url={KNOWN}"
_ANSWER: dict[str, Any] = {
    "is_duplicate": True,
    "matches": [
        {
            "entity_id": "entity-000001",
            "sku": "SKU-1",
            "image_url": "https://shop.example/1.jpg",
            "image_index": 0,
            "fingerprint_id": a_fingerprint_id(1),
            "attributes": {"category": "shirts"},
            "match_percentage": 99.6,
            "verdict": "edited_copy",
            "evidence": {
                "phash_distance": 14,
                "deep_distance": 60,
                "flipped": True,
                "rotation": 0,
                "area_of_query": 1.0,
                "area_of_match": 0.81,
                "outline_of_query": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
                "outline_of_match": [[0.95, 0.05], [0.05, 0.05], [0.05, 0.95], [0.95, 0.95]],
            },
            "decision": None,
        }
    ],
    "query": {
        "phash": some_hashes(1)["phash"].hex(),
        "quality": 80,
        "width": 1,
        "height": 533,
    },
    "effort": "normal",
    "similar": None,
    "similar_problem": None,
}


@pytest.mark.parametrize("path", ["/find_similar", "/find_similar/"])
def test_an_address_is_checked(client: Client, path: str) -> None:
    answer = client.get(f"{path}?image_url={KNOWN}")
    assert (answer.status, answer.json) == (200, _ANSWER)


_FILE = a_picture_file(1)
_FORM, _FORM_TYPE = a_form({"image": (_FILE, "a.jpg")})


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (_FILE, "image/jpeg"),
        (_FILE, "image/x-unheard-of"),
        (_FILE, "application/octet-stream"),
        (_FILE, None),
        (_FORM, _FORM_TYPE),
        (f'{{"image_url": "{KNOWN}"}}'.encode(), "application/json"),
        (f'{{"image_base64": "{base64.b64encode(_FILE).decode()}"}}'.encode(), "application/json"),
    ],
)
def test_a_picture_is_checked_however_it_is_sent(
    client: Client, body: bytes, content_type: str | None
) -> None:
    answer = client.request("POST", "/find_similar?top=1", body, content_type)
    assert (answer.status, answer.json) == (200, _ANSWER)


def test_options_reach_the_matcher(client: Client, parts: Parts) -> None:
    options = "top=7&min_match=12.5&exclude_entity_id=a&exclude_entity_id=b,c&exclude_sku=s"
    client.get(f"{_CHECK}&{options}&filter=seller:x:y&filter=size:&effort=fast")
    assert parts.matcher.options == [
        CheckOptions(
            top=7,
            min_match=12.5,
            exclude_entity_ids=frozenset({"a", "b,c"}),
            exclude_skus=frozenset({"s"}),
            attributes=frozenset({("seller", "x:y"), ("size", "")}),
            effort=Effort.FAST,
        )
    ]


def test_options_have_the_defaults_of_the_contract(client: Client, parts: Parts) -> None:
    client.get(_CHECK)
    client.request("POST", "/find_similar", _FILE, "image/png")
    expected = CheckOptions(1, 50.0, effort=Effort.NORMAL, is_effort_chosen=False)
    assert parts.matcher.options == [expected] * 2


def test_a_picture_in_a_body_is_checked_with_the_effort_that_is_asked_for(
    client: Client, parts: Parts
) -> None:
    answer = client.request("POST", "/find_similar?effort=thorough", _FILE, "image/png")
    assert parts.matcher.options == [CheckOptions(effort=Effort.THOROUGH)]
    assert answer.json["effort"] == "thorough"


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("", "image_url is required"),
        ("image_url=", "image_url must not be empty"),
        (f"image_url={'x' * 2049}", "image_url must have 2,048 characters or fewer"),
        ("image_url=a&image_url=b", "image_url must "),
        ("image_url=a&top=0", "top must be 1 or more"),
        ("image_url=a&top=51", "top must be 50 or less"),
        ("image_url=a&top=x", "top must "),
        ("image_url=a&top=", "top must "),
        ("image_url=a&top=1&top=2", "top must "),
        (f"image_url=a&top={'9' * 5000}", "top must "),
        ("image_url=a&min_match=-1", "min_match must "),
        ("image_url=a&min_match=100.1", "min_match must "),
        ("image_url=a&min_match=nan", "min_match must "),
        ("image_url=a&min_match=inf", "min_match must "),
        ("image_url=a&effort=", "effort must be 'fast', 'normal' or 'thorough'"),
        ("image_url=a&effort=Fast", "effort must be 'fast', 'normal' or 'thorough'"),
        ("image_url=a&effort=fast&effort=normal", "effort must be "),
        ("image_url=a&filter=x", "filter[0] must be key:value"),
        ("image_url=a&filter=:x", "filter[0] must be key:value"),
        ("image_url=a&min_macht=90", "'min_macht'"),
        ("image_url=a&Top=5", "'Top'"),
        ("image_url=a&" + "&".join(["exclude_sku=x"] * 51), "exclude_sku must "),
    ],
)
def test_a_bad_parameter_is_named(client: Client, query: str, complaint: str) -> None:
    answer = client.get(f"/find_similar?{query}")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert complaint in answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"", "image/jpeg", 400, "bad_parameter"),
        (b"", None, 400, "bad_parameter"),
        (b"no picture", "image/jpeg", 415, "image_unsupported"),
        (_FILE, "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (_FILE, "text/plain", 415, "unsupported_media_type"),
        (_FILE, "multipart/form-data; boundary=x", 400, "bad_parameter"),
        (b"{}", "application/json", 400, "bad_parameter"),
        (b'{"image_url": 1}', "application/json", 400, "bad_parameter"),
        (b'{"image_url": "a", "image_base64": "YQ=="}', "application/json", 400, "bad_parameter"),
        (b'{"image_url": "a", "top": 3}', "application/json", 400, "bad_parameter"),
        (b'{"image_base64": "!"}', "application/json", 400, "bad_parameter"),
        (b'{"image_base64": "YQ=="}', "application/json", 415, "image_unsupported"),
    ],
)
def test_a_body_without_a_picture_is_refused(
    client: Client, body: bytes, content_type: str | None, *, status: int, code: str
) -> None:
    answer = client.request("POST", "/find_similar", body, content_type)
    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_featureless_picture_is_refused(client: Client, parts: Parts) -> None:
    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        raise ImageFeaturelessError("It is white.")

    parts.matcher.find = find
    answer = client.get(_CHECK)
    assert (answer.status, answer.json["code"]) == (422, "image_featureless")


def test_an_unreachable_picture_is_no_fault_of_ours(client: Client, parts: Parts) -> None:
    parts.fetcher.files["https://slow.example/"] = ImageUnreachableError("Too slow.")
    answer = client.get("/find_similar?image_url=https://slow.example/")
    assert (answer.status, answer.json["code"]) == (422, "image_unreachable")


def test_what_is_not_known_is_null(client: Client, parts: Parts) -> None:
    """The keys are there all the same."""
    match = Match(a_product(1), 0.6, Verdict.EDITED_COPY, Evidence(30, 160))
    parts.matcher.find = lambda _picture: (match,)
    [shown] = client.get(_CHECK).json["matches"]
    known = {"phash_distance": 30, "deep_distance": 160}
    assert shown["evidence"] == dict.fromkeys(_ANSWER["matches"][0]["evidence"]) | known


def test_a_picture_that_is_not_there_has_no_matches(client: Client, parts: Parts) -> None:
    parts.matcher.find = lambda _picture: ()
    assert client.get(_CHECK).json == _ANSWER | {"is_duplicate": False, "matches": []}


_PARAMETERS = st.dictionaries(
    st.sampled_from(["image_url", "top", "min_match", "exclude_sku", "filter", "x"]) | st.text(),
    st.text() | st.integers().map(str) | st.floats().map(str),
)


@given(_PARAMETERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_parameters_end_in_a_server_error(client: Client, parameters: dict[str, str]) -> None:
    encoded = {
        quote(name, errors="replace"): value.encode(errors="replace").decode()
        for name, value in parameters.items()
    }
    assert client.get(f"/find_similar?{urlencode(encoded)}").status < 500


def test_should_include_what_looks_alike_where_it_is_asked_for(
    client: Client, parts: Parts
) -> None:
    parts.storage.pictures.put_many([embedded_picture(n) for n in (1, 2, 30)])
    parts.storage.products.put_many([a_product(n) for n in (1, 2, 30)])
    answer = client.get(f"{_CHECK}&include=similar&top=2").json
    assert [match["entity_id"] for match in answer["matches"]] == ["entity-000001"]
    similar = [product["entity_id"] for product in answer["similar"]]
    assert similar == ["entity-000002", "entity-000030"]  # the match itself is left out
    none = client.get(f"{_CHECK}&include=similar&filter=category:shoes").json
    assert none["similar"] == []
    unknown = client.get(f"{_CHECK}&include=everything")
    assert (unknown.status, unknown.json["code"]) == (400, "bad_parameter")


def test_should_say_that_nothing_is_searched_by_looks(parts: Parts) -> None:
    service = FindSimilar(PictureReader(parts.fetcher, fake_prepare, at_once=1), parts.matcher)
    with pytest.raises(BadParameterError, match="does not search by looks"):
        service.check_and_search(KNOWN, CheckOptions())
