"""What is wrong with a body is said so that it can be put right."""

from __future__ import annotations

import pytest

from tests.service import KNOWN, Client

_A = {"image_url": KNOWN}
_PRODUCT = "unknown key 'colour'; there is: image_url, image_base64, sku, attributes."
_BATCH = (
    "unknown key 'tpo'; there is: queries, top, min_match, exclude_entity_id, exclude_sku, filter."
)


@pytest.mark.parametrize(
    ("method", "path", "document", "detail"),
    [
        ("PUT", "/products/1", _A | {"colour": "red"}, _PRODUCT),
        ("POST", "/compare", {"a": _A, "b": _A, "c": 1}, "unknown key 'c'; there is: a, b."),
        (
            "POST",
            "/compare",
            {"a": {"url": KNOWN}, "b": _A},
            "a: unknown key 'url'; there is: image_url, image_base64.",
        ),
        (
            "POST",
            "/find_similar",
            {"url": KNOWN},
            "unknown key 'url'; there is: image_url, image_base64.",
        ),
        ("POST", "/find_similar/batch", {"queries": [_A | {"id": "1"}], "tpo": 1}, _BATCH),
    ],
)
def test_an_unknown_key_is_told_which_there_are(
    client: Client, method: str, path: str, document: object, detail: str
) -> None:
    answer = client.send(method, path, document)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert answer.json["detail"] == detail
