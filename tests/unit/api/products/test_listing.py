"""``GET /products``: pages, conditions and fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest

from lookalike.api.products.listing import MAX_ANSWER_BYTES
from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json
from tests.builders import a_fingerprint
from tests.service import Client, Parts


def a_registration(number: int, attributes: Mapping[str, str] | None = None) -> Registration:
    return Registration(
        entity_id=f"e{number}",
        sku=f"S-{number % 2}",
        images=[RegisteredImage(None, a_fingerprint(number), "r")],
        attributes=attributes or {},
    )


@pytest.fixture(autouse=True)
def _products(parts: Parts) -> None:
    sellers = ({"seller": "Ada"}, {"seller": "Bob", "size": "M"})
    some = [a_registration(number, attributes=sellers[number % 2]) for number in range(5)]
    register(parts.storage, some, 1)


def ids(answer: dict[str, Any]) -> list[str]:
    return [product["entity_id"] for product in answer["products"]]


def test_should_list_all_products_page_by_page(client: Client) -> None:
    first = client.get("/products?limit=3").json
    second = client.get(f"/products?limit=3&cursor={first['next_cursor']}").json
    assert (ids(first), ids(second)) == (["e0", "e1", "e2"], ["e3", "e4"])
    assert second["next_cursor"] is None
    assert first["products"][0] == {
        "entity_id": "e0",
        "sku": "S-0",
        "image_url": None,
        "attributes": {"seller": "Ada"},
        "state": "active",
        "fingerprint_id": a_fingerprint(0).fingerprint_id,
        "fingerprint_json": None,
        "source_revision": "",
        "flag": None,
        "images": [
            {
                "image_url": None,
                "state": "active",
                "fingerprint_id": a_fingerprint(0).fingerprint_id,
                "fingerprint_json": None,
                "source_revision": "",
            }
        ],
    }


def test_should_go_on_while_products_come_and_go(client: Client, parts: Parts) -> None:
    first = client.get("/products?limit=3").json
    parts.storage.products.delete("e2")
    register(parts.storage, [a_registration(9)], 1)
    second = client.get(f"/products?limit=3&cursor={first['next_cursor']}").json
    assert ids(second) == ["e3", "e4", "e9"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter=seller:Bob", ["e1", "e3"]),
        ("filter=seller:Bob&filter=size:L", []),
        ("sku=S-0", ["e0", "e2", "e4"]),
        ("sku=&q=", ["e0", "e1", "e2", "e3", "e4"]),
        ("q=E3", ["e3"]),
        ("q=ada&limit=1000", ["e0", "e2", "e4"]),
    ],
)
def test_should_list_what_meets_every_condition(
    client: Client, query: str, found: list[str]
) -> None:
    assert ids(client.get(f"/products?{query}").json) == found


def test_should_send_fingerprints_on_request(client: Client) -> None:
    [product] = client.get("/products?limit=1&fingerprints=true").json["products"]
    assert fingerprint_from_json(product["fingerprint_json"]) == a_fingerprint(0)
    assert product["source_revision"] == "r"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("filter=seller", "key:value"),
        ("cursor=abc", "next_cursor"),
        (f"cursor={quote('é')}", "next_cursor"),
        ("cursor=" + "a" * 2000, "cursor"),
        ("offset=3", "offset"),
    ],
)
def test_should_refuse_what_it_cannot_list(client: Client, query: str, words: str) -> None:
    answer = client.get(f"/products?{query}")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert words in answer.json["detail"]


def test_should_answer_with_no_more_than_a_lambda_can(client: Client, parts: Parts) -> None:
    large = {f"name {number}": "ä" * 1000 for number in range(50)}
    register(parts.storage, [a_registration(n, attributes=large) for n in range(10, 30)], 1)
    answer = client.get("/products?limit=1000")
    assert len(answer.content) < 1.1 * MAX_ANSWER_BYTES
    pages = [answer.json]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(client.get(f"/products?limit=1000&cursor={cursor}").json)
    assert len(pages) > 1
    listed = chain.from_iterable(map(ids, pages))
    assert sorted(listed) == sorted(f"e{n}" for n in (*range(5), *range(10, 30)))
