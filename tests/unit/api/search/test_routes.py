"""Searches by looks: their options, their answers, and what is refused."""

from __future__ import annotations

import base64
import json

import pytest

from tests.builders import a_fingerprint_id, a_product
from tests.embeddings import embedded_picture
from tests.fakes import a_picture_file
from tests.service import KNOWN, Client, Parts, a_form


@pytest.fixture(autouse=True)
def _shop(parts: Parts) -> None:
    products = [
        a_product(n, sku=f"S{n // 2}-{n % 2}", attributes={"kind": "even" if n % 2 == 0 else "odd"})
        for n in range(10)
    ]
    parts.storage.pictures.put_many([embedded_picture(n) for n in range(10)])
    parts.storage.products.put_many(products)


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [product["entity_id"][-1] for product in answer["products"]]


def test_should_search_with_an_address(client: Client) -> None:
    answer = client.get(f"/search?image_url={KNOWN}&top=1")
    assert answer.status == 200
    assert answer.json == {
        "products": [
            {
                "entity_id": "entity-000001",
                "sku": "S0-1",
                "image_url": "https://shop.example/1.jpg",
                "image_index": 0,
                "fingerprint_id": a_fingerprint_id(1),
                "attributes": {"kind": "odd"},
                "cosine": 1.0,
                "likeness_percentage": None,
                "others": 0,
            }
        ],
        "facets": {"kind": [{"value": "even", "count": 5}, {"value": "odd", "count": 5}]},
        "model": {"name": "fake", "version": "fake-1"},
        "is_cut": False,
        "query_image_index": None,
    }


def test_should_search_with_a_picture_in_every_form(client: Client) -> None:
    picture = a_picture_file(4)
    in_base64 = json.dumps({"image_base64": base64.b64encode(picture).decode()}).encode()
    form, form_type = a_form({"image": (picture, "picture.jpg")})
    for body, kind in (
        (picture, "image/jpeg"),
        (in_base64, "application/json"),
        (form, form_type),
    ):
        answer = client.request("POST", "/search?top=1", body, kind)
        assert (answer.status, ids(answer.json)) == (200, ["4"])


def test_should_search_with_a_product(client: Client) -> None:
    assert set(ids(client.get("/search?entity_id=entity-000005&top=2").json)) == {"4", "6"}
    unknown = client.get("/search?entity_id=nobody")
    assert (unknown.status, unknown.json["code"]) == (404, "unknown_product")


def test_should_take_all_options(client: Client) -> None:
    options = "filter=kind:even&exclude_entity_id=entity-000000&exclude_sku=S1-0&model=fake"
    answer = client.get(f"/search?image_url={KNOWN}&top=3&{options}")
    assert ids(answer.json) == ["4", "6", "8"]
    diverse = client.get(f"/search?image_url={KNOWN}&diversify=style&top=2").json
    assert [product["others"] for product in diverse["products"]] == [1, 1]


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        f"image_url={KNOWN}&entity_id=entity-000001",
        f"image_url={KNOWN}&top=0",
        f"image_url={KNOWN}&top=101",
        f"image_url={KNOWN}&model=clip",
        f"image_url={KNOWN}&diversify=colour",
        f"image_url={KNOWN}&filter=even",
    ],
)
def test_should_refuse_wrong_parameters(parameters: str, client: Client) -> None:
    answer = client.get(f"/search?{parameters}")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
