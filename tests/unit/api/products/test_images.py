"""Products with several pictures."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lookalike.catalogue.product_limits import MAX_IMAGES
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json, fingerprint_to_json
from lookalike.storage.interfaces import Storage
from tests.builders import a_fingerprint, a_fingerprint_id
from tests.fakes import a_picture_file
from tests.service import KNOWN, Client, Parts

OTHER = "https://shop.example/2.jpg"
SENT = base64.b64encode(a_picture_file(3)).decode()
IMAGES = [
    {"image_url": OTHER, "stored_image_url": "2.jpg"},
    {"image_url": KNOWN},
    {"image_base64": SENT},
    {"fingerprint_json": fingerprint_to_json(a_fingerprint(4)), "stored_image_url": "four.jpg"},
]
ADDRESSES = ["2.jpg", KNOWN, None, "four.jpg"]
IDS = [a_fingerprint_id(number) for number in (2, 1, 3, 4)]


@pytest.fixture(autouse=True)
def _further_picture(parts: Parts) -> None:
    parts.fetcher.files[OTHER] = a_picture_file(2)


def _problem(client: Client, images: object, **more: object) -> dict[str, Any]:
    answer = client.send("PUT", "/products/1", {"images": images, **more})
    return {"status": answer.status, **answer.json}


def _shown(storage: Storage) -> list[int]:
    ids = map(a_fingerprint_id, range(6))
    return [number for number, name in enumerate(ids) if any(storage.products.showing(name))]


def test_should_store_and_show_all_pictures_in_order(client: Client, parts: Parts) -> None:
    created = client.send("PUT", "/products/1", {"sku": "s", "images": IMAGES})
    again = client.send("PUT", "/products/1", {"sku": "s", "images": IMAGES})

    assert (created.status, again.status) == (201, 200)
    assert created.json == again.json == client.get("/products/1").json
    assert [image["image_url"] for image in created.json["images"]] == ADDRESSES
    assert [image["fingerprint"]["id"] for image in created.json["images"]] == IDS
    main = created.json["images"][0]
    assert {name: created.json[name] for name in main} == main
    assert parts.storage.pictures.count() == 4


def test_should_list_all_pictures(client: Client) -> None:
    client.send("PUT", "/products/1", {"images": IMAGES})

    [listed] = client.get("/products").json["products"]
    [full] = client.get("/products?fingerprints=true").json["products"]

    assert [image["fingerprint_id"] for image in listed["images"]] == IDS
    assert [image["image_url"] for image in listed["images"]] == ADDRESSES
    fingerprints = [image["fingerprint_json"] for image in (full, *full["images"][1:])]
    assert [fingerprint_from_json(each).fingerprint_id for each in fingerprints] == IDS
    assert full["images"][0]["fingerprint_json"] is None


def test_should_take_one_image_for_the_picture_itself(client: Client) -> None:
    one = client.send("PUT", "/products/1", {"images": [{"image_url": KNOWN}]})
    same = client.send("PUT", "/products/1", {"image_url": KNOWN})
    assert (one.status, same.status) == (201, 200)
    assert one.json == same.json


def test_should_release_the_pictures_of_a_product_that_is_replaced_or_deleted(
    client: Client, parts: Parts
) -> None:
    client.send("PUT", "/products/1", {"images": IMAGES})
    client.send("PUT", "/products/1", {"images": IMAGES[1:3]})
    assert _shown(parts.storage) == [1, 3]
    client.request("DELETE", "/products/1")
    assert _shown(parts.storage) == []
    assert parts.storage.pictures.sweep(2_000_000_000) == 4


def test_should_name_the_picture_that_is_refused_and_store_nothing(
    client: Client, parts: Parts
) -> None:
    parts.fetcher.files["https://shop.example/no-image"] = b"text"
    bad = [{"image_url": KNOWN}, {"image_url": "https://shop.example/no-image"}]

    problem = _problem(client, bad)

    assert (problem["status"], problem["code"]) == (415, "image_unsupported")
    assert problem["detail"].startswith("images[1]: ")
    assert (parts.storage.products.count(), parts.storage.pictures.count()) == (0, 0)
    not_base64 = _problem(client, [{"image_base64": "?"}])
    assert (not_base64["status"], not_base64["detail"][:11]) == (400, "images[0]: ")


@pytest.mark.parametrize(
    ("images", "more"),
    [
        ([], {}),
        ([{"image_url": KNOWN}] * (MAX_IMAGES + 1), {}),
        ([{}], {}),
        ([{"image_url": KNOWN, "image_base64": SENT}], {}),
        ([{"image_url": KNOWN, "sku": "s"}], {}),
        ([KNOWN], {}),
        (KNOWN, {}),
        ([{"image_url": KNOWN}], {"image_url": KNOWN}),
    ],
)
def test_should_refuse_what_are_no_images(
    client: Client, parts: Parts, images: object, more: dict[str, object]
) -> None:
    problem = _problem(client, images, **more)
    assert (problem["status"], problem["code"]) == (400, "bad_parameter")
    assert parts.storage.products.count() == 0


def test_should_store_the_address_that_is_named_for_the_main_picture(client: Client) -> None:
    product = {"images": IMAGES, "stored_image_url": "main.jpg"}
    assert client.send("PUT", "/products/1", product).json["image_url"] == "main.jpg"


def test_should_take_as_many_images_as_are_allowed(client: Client) -> None:
    answer = client.send("PUT", "/products/1", {"images": [{"image_url": KNOWN}] * MAX_IMAGES})
    assert (answer.status, len(answer.json["images"])) == (201, MAX_IMAGES)


def test_should_store_a_product_without_refused_pictures_on_request(
    client: Client, parts: Parts
) -> None:
    parts.fetcher.files["https://shop.example/no-image"] = b"text"
    images = [{"image_url": "https://shop.example/no-image"}, {"image_url": KNOWN}]

    answer = client.send("PUT", "/products/1?on_refused_image=leave_out", {"images": images})

    assert answer.status == 201
    [refused] = answer.json["refused_images"]
    assert (refused["image_index"], refused["code"]) == (0, "image_unsupported")
    assert [image["image_url"] for image in answer.json["images"]] == [KNOWN]
    assert client.get("/products/1").json == answer.json | {"refused_images": []}


def test_should_refuse_a_product_of_which_no_picture_is_left(client: Client, parts: Parts) -> None:
    parts.fetcher.files["https://shop.example/no-image"] = b"text"
    images = [{"image_url": "https://shop.example/no-image"}] * 2
    answer = client.send("PUT", "/products/1?on_refused_image=leave_out", {"images": images})
    assert (answer.status, answer.json["detail"][:11]) == (415, "images[0]: ")
    assert parts.storage.products.count() == 0
