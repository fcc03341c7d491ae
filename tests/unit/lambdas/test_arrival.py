"""Products are checked on arrival as the local service does it, and events are listed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partialmethod
from io import BytesIO

import pytest
from PIL import Image

from lambdas.find_similar import handler as find_similar
from lambdas.manage_products import handler as manage_products
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json
from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint, VectorEntry
from lookalike.storage.dynamodb.events import DynamodbEvents
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.memory.journal import Journal
from lookalike.storage.memory.vectors import MemoryVectors
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.integration.processes import SAMPLE
from tests.unit.lambdas.calls import asked

PHOTOGRAPH = min(SAMPLE.glob("photos/*.jpg"))


def sent(picture: bytes, sku: str = "") -> dict[str, str]:
    return {"image_base64": base64.b64encode(picture).decode(), "sku": sku}


def cropped() -> bytes:
    with Image.open(PHOTOGRAPH) as picture:
        width, height = picture.size
        file = BytesIO()
        picture.crop((width // 10, height // 10, width, height)).save(file, "JPEG", quality=80)
    return file.getvalue()


@pytest.fixture
def products(network: Network, deployed: None, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """The function behind ``/products``, with an index that has what was registered through it."""
    del deployed
    monkeypatch.setattr(Network, "load", lambda: network)
    index = MemoryVectors(Journal(), ALGORITHM_VERSION)

    def nearest(
        _self: OpenSearchVectors, queries: Mapping[str, HashRows], limit: int
    ) -> dict[str, list[Neighbour]]:
        return index.nearest(queries, limit)

    monkeypatch.setattr(OpenSearchVectors, "nearest", nearest)
    monkeypatch.setattr(OpenSearchVectors, "count", lambda _self: 1)
    function = entry_point("manage_products", manage_products._build)
    body = sent(PHOTOGRAPH.read_bytes(), sku="old")
    created = asked(function, "PUT", "/products/old?check=true&on_duplicate=refuse", body)
    assert created.status == 201
    fingerprint = _fingerprint_of(function)
    index.add([VectorEntry.of(fingerprint)])
    return function


def _fingerprint_of(function: Handler) -> Fingerprint:
    [listed] = asked(function, "GET", "/products?fingerprints=true").json["products"]
    return fingerprint_from_json(listed["fingerprint_json"])


@pytest.fixture
def listed(products: Handler, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """The function that lists events, at once."""
    del products
    at_once = partialmethod(DynamodbEvents.__init__, settle=-1.0)
    monkeypatch.setattr(DynamodbEvents, "__init__", at_once)
    return entry_point("find_similar", find_similar._build)


def test_should_refuse_flag_and_accept_an_edited_copy(products: Handler, listed: Handler) -> None:
    copy = sent(cropped())
    refused = asked(products, "PUT", "/products/new?check=true&on_duplicate=refuse", copy)
    assert (refused.status, refused.json["code"]) == (409, "duplicate_found")
    assert refused.json["match"]["entity_id"] == "old"
    assert refused.json["match"]["verdict"] == "edited_copy"
    assert asked(products, "GET", "/products/new").status == 404

    flagged = asked(products, "PUT", "/products/new?check=true&on_duplicate=flag", copy)
    assert (flagged.status, flagged.json["flag"]["entity_id"]) == (201, "old")
    only = asked(products, "GET", "/products?flagged=true").json["products"]
    assert [product["entity_id"] for product in only] == ["new"]

    assert asked(products, "DELETE", "/products/new").status == 204
    accepted = asked(products, "PUT", "/products/new?check=true", copy)
    assert (accepted.status, accepted.json.get("flag")) == (201, None)

    page = asked(listed, "GET", "/events?limit=4").json
    assert [event["type"] for event in page["events"]] == [
        "picture.registered",
        "duplicate.found",
        "duplicate.found",
        "picture.registered",
    ]
    target = f"/events?type=duplicate.found&cursor={page['next_cursor']}"
    [last] = asked(listed, "GET", target).json["events"]
    assert last["data"]["on_duplicate"] == "accept"
    assert last["data"]["match"]["entity_id"] == "old"
