"""Products are created, replaced, shown and deleted, with any id."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.fingerprint.fingerprint_json import fingerprint_to_json
from lookalike.products import ProductState
from tests.builders import VERSION, a_fingerprint, a_fingerprint_id, some_hashes
from tests.fakes import a_picture_file
from tests.service import KNOWN, NOW, Client, Parts

_PUT = {"sku": "s", "image_url": KNOWN, "attributes": {"seller": "x"}}
_STORED: dict[str, Any] = {
    "entity_id": "1",
    "sku": "s",
    "image_url": KNOWN,
    "attributes": {"seller": "x"},
    "state": "active",
    "fingerprint": {
        "id": a_fingerprint_id(1),
        "version": VERSION,
        "phash": some_hashes(1)["phash"].hex(),
        "quality": 80,
        "width": 1,
        "height": 533,
    },
}
_STORED["flag"] = None
_STORED["refused_images"] = []
_STORED["images"] = [{name: _STORED[name] for name in ("image_url", "state", "fingerprint")}]


def test_a_product_is_created_shown_and_deleted(client: Client) -> None:
    created = client.send("PUT", "/products/1", _PUT)
    assert (created.status, created.json) == (201, _STORED)
    assert created.headers["Location"] == "/products/1"
    shown = client.get("/products/1")
    assert (shown.status, shown.json) == (200, _STORED)
    deleted = client.request("DELETE", "/products/1")
    assert (deleted.status, deleted.content) == (204, b"")
    assert client.get("/products/1").json["code"] == "unknown_product"
    assert client.request("DELETE", "/products/1").status == 404


def test_the_same_call_twice_changes_nothing(client: Client, parts: Parts) -> None:
    statuses = [client.send("PUT", "/products/1", _PUT).status for _ in range(2)]
    assert statuses == [201, 200]
    assert (parts.storage.products.count(), parts.storage.pictures.count()) == (1, 1)


def test_another_description_replaces_the_product(client: Client) -> None:
    client.send("PUT", "/products/1", _PUT)
    answer = client.send("PUT", "/products/1", {"image_url": KNOWN})
    assert answer.status == 200
    assert client.get("/products/1").json == _STORED | {"sku": "", "attributes": {}}


def test_an_uploaded_picture_has_no_address(client: Client) -> None:
    data = base64.b64encode(a_picture_file(5)).decode()
    client.send("PUT", "/products/1", {"image_base64": data})
    shown = client.get("/products/1").json
    assert (shown["image_url"], shown["fingerprint"]["width"]) == (None, 5)


def test_a_picture_that_is_sent_keeps_the_address_that_is_named_for_it(client: Client) -> None:
    data = base64.b64encode(a_picture_file(5)).decode()
    product = {"image_base64": data, "stored_image_url": "P/G/shirt.jpg"}
    created, again = (client.send("PUT", "/products/1", product) for _ in range(2))
    assert (created.status, again.status) == (201, 200)
    assert created.json == again.json == client.get("/products/1").json
    assert created.json["image_url"] == "P/G/shirt.jpg"
    assert created.json["fingerprint"]["width"] == 5


@pytest.mark.parametrize("address", ["", "x" * 4097, "\0"])
def test_an_address_that_cannot_be_stored_is_refused(client: Client, address: str) -> None:
    product = {"image_url": KNOWN, "stored_image_url": address}
    assert client.send("PUT", "/products/1", product).status == 400


def test_the_picture_notes_when_it_was_last_seen(client: Client, parts: Parts) -> None:
    client.send("PUT", "/products/1", _PUT)
    [picture] = parts.storage.pictures.get_many([a_fingerprint_id(1)]).values()
    assert picture.last_seen == int(NOW)


def test_a_featureless_picture_is_stored_and_said_to_be(parts: Parts, client: Client) -> None:
    parts.fingerprinter.quality = 10
    assert client.send("PUT", "/products/1", _PUT).json["state"] == ProductState.FEATURELESS


@pytest.mark.parametrize(
    "entity_id",
    [
        "a/b",
        "a b",
        "100%",
        "%2F",
        "ü",
        "漢字",
        "😀",
        "a?b#c",
        '"',
        "\\",
        "...",
        ".a",
        "a+b",
        "/",
        "'",
    ],
)
def test_an_id_may_be_anything_that_is_percent_encoded(client: Client, entity_id: str) -> None:
    path = f"/products/{quote(entity_id, safe='')}"
    created = client.send("PUT", path, _PUT)
    assert (created.status, created.json["entity_id"]) == (201, entity_id)
    assert client.get(created.headers["Location"]).json["entity_id"] == entity_id
    assert client.get(path + "/").json["entity_id"] == entity_id
    assert client.request("DELETE", path).status == 204


@given(st.text(min_size=1, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_id_is_kept_exactly_or_refused(client: Client, entity_id: str) -> None:
    path = f"/products/{quote(entity_id, safe='')}"
    put = client.send("PUT", path, _PUT)
    if put.status == 400:
        has_control = any(ord(character) < 32 or character == "\x7f" for character in entity_id)
        assert has_control or entity_id in {".", ".."}
    else:
        assert client.get(path).json["entity_id"] == entity_id


@pytest.mark.parametrize("segment", [".", "..", "%2E", "%2e%2E"])
def test_an_id_that_clients_leave_out_of_paths_is_refused(client: Client, segment: str) -> None:
    answer = client.send("PUT", f"/products/{segment}", _PUT)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert "entity_id must not be '.' or '..'" in answer.json["detail"]


@pytest.mark.parametrize("segment", ["%FF", "a%00b", "%0A", "%7F", "x" * 257])
def test_an_id_that_no_store_should_keep_is_refused(client: Client, segment: str) -> None:
    for answer in (
        client.get(f"/products/{segment}"),
        client.send("PUT", f"/products/{segment}", _PUT),
    ):
        assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_a_slash_that_is_not_encoded_is_another_path(client: Client) -> None:
    assert client.get("/products/a/b").json["code"] == "unknown_path"


def test_a_slash_at_the_end_does_not_count(client: Client) -> None:
    """As that of ``/find_similar/``; nothing is written or deleted under an empty id."""
    assert client.get("/products/").json == client.get("/products").json
    assert client.request("DELETE", "/products/").status == 405
    assert client.send("PUT", "/products/", _PUT).status == 405


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"image_url": None}, "give exactly one of image_url, image_base64, finge"),
        ({"image_base64": "YQ=="}, "give exactly one of image_url, image_base64, finge"),
        ({"sku": 1}, "sku must "),
        ({"sku": None}, "sku must "),
        ({"sku": "x" * 257}, "sku must "),
        ({"attributes": []}, "attributes must "),
        ({"attributes": {"a": 1}}, "attributes.a must "),
        ({"attributes": {"a": {"b": "c"}}}, "attributes.a must "),
        ({"attributes": {"": "x"}}, "attributes"),
        ({"attributes": {"x" * 101: "x"}}, "attributes"),
        ({"attributes": {"x": "x" * 1001}}, "attributes.x must "),
        ({"attributes": {str(n): "" for n in range(51)}}, "attributes must "),
        ({"atributes": {}}, "the key 'atributes' is unknown"),
        ({"sku": "\ud800"}, "sku must "),
        ({"sku": "a\0b"}, "sku must not have the character NUL"),
        ({"attributes": {"a\0b": "x"}}, "must not have the character NUL"),
        ({"attributes": {"a": "\0"}}, "attributes.a must not have the character NUL"),
    ],
)
def test_a_malformed_description_is_refused(
    client: Client, parts: Parts, change: dict[str, object], complaint: str
) -> None:
    answer = client.send("PUT", "/products/1", _PUT | change)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert complaint in answer.json["detail"]
    assert parts.storage.products.count() == 0


def test_a_refused_picture_changes_nothing(client: Client) -> None:
    client.send("PUT", "/products/1", _PUT)
    answer = client.send("PUT", "/products/1", {"image_url": "nowhere"})
    assert (answer.status, answer.json["code"]) == (422, "image_not_found")
    assert client.get("/products/1").json == _STORED


def test_a_product_is_stored_with_the_fingerprint_of_an_export(
    client: Client, parts: Parts
) -> None:
    """Nothing is fetched."""
    client.send("PUT", "/products/1", _PUT)
    [listed] = client.get("/products?fingerprints=true").json["products"]
    parts.fetcher.files.clear()
    product = {"fingerprint_json": listed["fingerprint_json"], "stored_image_url": KNOWN}
    created, again = (client.send("PUT", "/products/2", product) for _ in range(2))
    assert (created.status, again.status) == (201, 200)
    assert created.json == _STORED | {"entity_id": "2", "sku": "", "attributes": {}}


@pytest.mark.parametrize(
    ("fingerprint_json", "status", "code"),
    [
        (fingerprint_to_json(a_fingerprint(version="2-old")), 422, "fingerprint_outdated"),
        (fingerprint_to_json(a_fingerprint(quality=101)), 400, "bad_parameter"),
        ("{}", 400, "bad_parameter"),
        ("", 400, "bad_parameter"),
        ("x" * 40_000, 400, "bad_parameter"),
    ],
)
def test_a_fingerprint_that_cannot_be_used_is_refused(
    client: Client, fingerprint_json: str, status: int, code: str
) -> None:
    answer = client.send("PUT", "/products/1", {"fingerprint_json": fingerprint_json})
    assert (answer.status, answer.json["code"]) == (status, code)
    assert client.get("/products/1").status == 404
