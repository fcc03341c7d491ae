"""``PUT /products?check=true`` stores, flags or refuses a product that another one shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.api.products.routes import manage_products_routes
from lookalike.api.products.service import ManageProducts
from lookalike.duplicates.arrival import CheckedArrivals
from lookalike.http.pictures import PictureReader
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION
from tests.fakes import FakeFetcher, FakeFingerprinter, a_picture_file, fake_prepare
from tests.service import KNOWN, Client
from tests.unit.duplicates.test_arrival import IdenticalCheck

BODY = {"sku": "", "image_url": KNOWN}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A service on a folder with the product ``old``."""
    reader = PictureReader(FakeFetcher({KNOWN: a_picture_file(1)}), fake_prepare, at_once=1)
    with closing(EmbeddedStorage(tmp_path, VERSION)) as storage:
        arrivals = CheckedArrivals(storage, IdenticalCheck(storage), lambda: 5.0)
        products = ManageProducts(reader, FakeFingerprinter(), storage, lambda: 5.0, arrivals)
        made = Client(build_resolver([manage_products_routes(products)], "1"))
        assert made.send("PUT", "/products/old", BODY).status == 201
        yield made


def test_a_duplicate_is_refused_with_its_match(client: Client) -> None:
    answer = client.send("PUT", "/products/new?check=true&on_duplicate=refuse", BODY)
    assert (answer.status, answer.json["code"]) == (409, "duplicate_found")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["match"]["entity_id"] == "old"
    assert answer.json["match"]["match_percentage"] == 99.9
    assert client.get("/products/new").status == 404


def test_a_duplicate_is_flagged_and_listed(client: Client) -> None:
    put = client.send("PUT", "/products/new?check=true&on_duplicate=flag", BODY)
    got = client.get("/products/new")
    assert (put.status, put.json) == (201, got.json)
    assert got.json["flag"] == {
        "entity_id": "old",
        "sku": "",
        "image_url": KNOWN,
        "image_index": 0,
        "match_percentage": 99.9,
        "verdict": "duplicate",
        "flagged_at": "1970-01-01T00:00:05Z",
    }
    listed = client.get("/products?flagged=true").json
    assert [each["entity_id"] for each in listed["products"]] == ["new"]
    assert listed["products"][0]["flag"] == got.json["flag"]
    everything = client.get("/products").json["products"]
    assert [each["flag"] is None for each in everything] == [False, True]


def test_flagged_products_are_listed_page_by_page(client: Client) -> None:
    for number in range(3):
        client.send("PUT", f"/products/n{number}?check=true&on_duplicate=flag", BODY)
    first = client.get("/products?flagged=true&limit=2").json
    assert [each["entity_id"] for each in first["products"]] == ["n0", "n1"]
    rest = client.get(f"/products?flagged=true&cursor={first['next_cursor']}").json
    assert [each["entity_id"] for each in rest["products"]] == ["n2"]
    assert rest["next_cursor"] is None
    assert client.get("/products?flagged=true&q=n1").json["products"][0]["entity_id"] == "n1"


@pytest.mark.parametrize("query", ["check=true", "check=true&on_duplicate=accept", "check=false"])
def test_a_duplicate_is_accepted_unless_told(client: Client, query: str) -> None:
    answer = client.send("PUT", f"/products/new?{query}", BODY)
    assert (answer.status, answer.json["flag"]) == (201, None)


@pytest.mark.parametrize("query", ["on_duplicate=refuse", "check=true&on_duplicate=drop"])
def test_what_makes_no_sense_is_refused(client: Client, query: str) -> None:
    answer = client.send("PUT", f"/products/new?{query}", BODY)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_a_deployment_that_does_not_check_says_so(tmp_path: Path) -> None:
    reader = PictureReader(FakeFetcher({KNOWN: a_picture_file(1)}), fake_prepare, at_once=1)
    with closing(EmbeddedStorage(tmp_path / "other", VERSION)) as storage:
        products = ManageProducts(reader, FakeFingerprinter(), storage, lambda: 5.0)
        client = Client(build_resolver([manage_products_routes(products)], "1"))
        answer = client.send("PUT", "/products/new?check=true", BODY)
        assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
        assert "POST /find_similar" in answer.json["detail"]
        assert client.get("/products/new").status == 404
