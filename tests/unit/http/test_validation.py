"""An answer to a bad request says how to correct it."""

from __future__ import annotations

import pytest

from tests.service import KNOWN, Client

_A = {"image_url": KNOWN}
_PRODUCT = (
    "the key 'colour' is unknown; known are image_url, image_base64, "
    "stored_image_url, fingerprint_json, sku, attributes, images."
)
_BATCH = (
    "the key 'tpo' is unknown; known are queries, top, min_match, exclude_entity_id, exclude_sku, "
    "filter, effort."
)
_PICTURE = (
    "the key '{}' is unknown; known are image_url, image_base64 (options such as top are query "
    "parameters)."
)


@pytest.mark.parametrize(
    ("method", "path", "document", "detail"),
    [
        ("PUT", "/products/1", _A | {"colour": "red"}, _PRODUCT),
        (
            "POST",
            "/compare",
            {"a": _A, "b": _A, "c": 1},
            "the key 'c' is unknown; known are a, b, effort.",
        ),
        (
            "POST",
            "/compare",
            {"a": {"url": KNOWN}, "b": _A},
            "a: the key 'url' is unknown; known are image_url, image_base64.",
        ),
        ("POST", "/find_similar", {"url": KNOWN}, _PICTURE.format("url")),
        ("POST", "/find_similar", _A | {"top": 5}, _PICTURE.format("top")),
        ("POST", "/search", _A | {"top": 5}, _PICTURE.format("top")),
        ("POST", "/find_similar/batch", {"queries": [_A | {"id": "1"}], "tpo": 1}, _BATCH),
    ],
)
def test_an_unknown_key_is_told_which_there_are(
    client: Client, method: str, path: str, document: object, detail: str
) -> None:
    answer = client.send(method, path, document)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert answer.json["detail"] == detail


_WHOLE = "top must be a whole number such as 3, not a string, a boolean or null."
_NUMBER = "min_match must be a number such as 50, not a string, a boolean or null."


@pytest.mark.parametrize(
    ("option", "detail"),
    [
        ({"top": "3"}, _WHOLE),
        ({"top": True}, _WHOLE),
        ({"top": None}, _WHOLE),
        ({"top": 2.5}, _WHOLE),
        ({"top": 0}, "top must be 1 or more."),
        ({"min_match": "50"}, _NUMBER),
        ({"min_match": False}, _NUMBER),
        ({"min_match": 100.5}, "min_match must be 100 or less."),
        ({"effort": "slow"}, "effort must be 'fast', 'normal' or 'thorough'."),
        ({"effort": 1}, "effort must be 'fast', 'normal' or 'thorough'."),
        ({"exclude_sku": "a"}, "exclude_sku must be a list."),
        ({"exclude_sku": [1]}, "exclude_sku[0] must be a string."),
        ({"filter": ["a"]}, "filter[0] must be key:value, such as category:Shirt."),
        ({"exclude_sku": ["a"] * 51}, "exclude_sku must have 50 entries or fewer."),
        ({"queries": []}, "queries must have at least one entry."),
        ({"queries": ["a"]}, "queries[0] must be a JSON object."),
        (
            {"top": 51, "min_match": -1},
            "top must be 50 or less; min_match must be 0 or more.",
        ),
    ],
)
def test_no_json_value_becomes_one_of_another_type(
    client: Client, option: dict[str, object], detail: str
) -> None:
    answer = client.send("POST", "/find_similar/batch", {"queries": [_A | {"id": "1"}]} | option)
    assert (answer.status, answer.json["detail"]) == (400, detail)


@pytest.mark.parametrize("top", [3, 3.0])
def test_a_whole_number_may_have_a_fraction_of_zero(client: Client, top: float) -> None:
    """JSON does not tell one from the other, and some languages always write it."""
    answer = client.send("POST", "/find_similar/batch", {"queries": [_A | {"id": "1"}], "top": top})
    assert answer.status == 200


def test_numbers_in_a_query_are_text(client: Client) -> None:
    assert client.get(f"/find_similar?image_url={KNOWN}&top=3&min_match=50").status == 200


def test_only_the_first_mistakes_are_listed(client: Client) -> None:
    answer = client.send("PUT", "/products/1", _A | {"attributes": {str(n): n for n in range(9)}})
    assert answer.json["detail"].endswith("attributes.4 must be a string; and 4 more mistakes.")


@pytest.mark.parametrize(
    ("method", "target", "document", "detail"),
    [
        (
            "GET",
            f"/search?image_url={KNOWN}&diversify=colour",
            None,
            "diversify must be picture, sku, style or attribute:NAME, such as attribute:category.",
        ),
        (
            "GET",
            "/thumbnails?id=shirt",
            None,
            "id[0] must be a fingerprint_id of 32 hexadecimal digits, in lower case.",
        ),
        (
            "POST",
            "/imports?mode=sync&max_deletions=all",
            None,
            (
                "max_deletions must be a number of products, such as 25, or a share of them, such "
                "as 10%."
            ),
        ),
        (
            "PUT",
            "/decisions",
            {
                "a": "1",
                "b": "2",
                "decision": "variant",
                "pictures_of_a": [{"fingerprint_id": "0" * 32, "version": "1", "phash": "F" * 16}],
            },
            "pictures_of_a[0].phash must have 16 hexadecimal digits, in lower case.",
        ),
    ],
)
def test_should_say_in_words_what_a_text_must_look_like(
    client: Client, method: str, target: str, document: object, detail: str
) -> None:
    answer = client.send(method, target, document) if document else client.request(method, target)
    assert (answer.status, answer.json["detail"]) == (400, detail)


def test_should_declare_forms_with_their_patterns(client: Client) -> None:
    """Programs read them in the contract."""
    paths = client.get("/openapi.json").json["paths"]
    [ids] = paths["/thumbnails"]["get"]["parameters"]
    assert ids["schema"]["items"]["pattern"] == "^[0-9a-f]{32}$"
    searching = {each["name"]: each["schema"] for each in paths["/search"]["get"]["parameters"]}
    assert "^(picture|sku|style|attribute:.+)$" in str(searching["diversify"])
