"""Catalogues are loaded by the state machine, stopped on the way, checked and kept in step."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import boto3
import pytest

from lookalike.products import Product
from tests.e2e.deployment import Deployment
from tests.e2e.pictures import Pictures
from tests.e2e.service import Api, sample, wait_until
from tests.e2e.test_checks import an_edited_copy, chosen
from tests.integration.processes import contents, lookalike

pytestmark = pytest.mark.timeout(1800)

ROWS = int(os.environ.get("LOOKALIKE_E2E_ROWS", "200"))
"""Two thousand were loaded once; a run of all tests is to be short."""
BAD = 20
"""Every so many rows, one has no picture."""


@pytest.fixture(scope="module")
def entity_ids(deployment: Deployment, registered: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """The products of the catalogue, gone again when the tests are over."""
    assert registered, "their pictures are in the index"
    names = [f"imported-{number}" for number in range(ROWS)]
    yield names
    table = boto3.client("dynamodb")
    for name in names:
        key = {"entity_id": {"S": name}}
        table.delete_item(TableName=deployment.outputs["ProductsTable"], Key=key)


@pytest.fixture(scope="module")
def catalogue(entity_ids: Sequence[str], pictures: Pictures) -> str:
    """The file: pictures of the sample, again and again, and some that are not there."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["entity_id", "sku", "image_url", "category"])
    for number, entry in enumerate(islice(cycle(sample()), ROWS)):
        address = pictures.missing if number % BAD == 0 else pictures.address(entry.picture)
        writer.writerow([entity_ids[number], entry.sku, address, entry.category])
    return text.getvalue()


def loaded(deployment: Deployment, entity_ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """What the table of products has of them."""
    found = (
        boto3.client("dynamodb").get_item(
            TableName=deployment.outputs["ProductsTable"], Key={"entity_id": {"S": name}}
        )
        for name in entity_ids
    )
    items = (answer["Item"] for answer in found if "Item" in answer)
    return {
        item["entity_id"]["S"]: tuple(
            item[name]["S"] for name in ("sku", "image_url", "fingerprint_id", "state")
        )
        for item in items
    }


def described(product: Product) -> tuple[Any, ...]:
    """The same of a product on this machine."""
    return product.sku, product.image_url, product.fingerprint_id, product.state.value


def test_should_make_the_catalogue_of_one_machine_although_it_was_stopped(
    deployment: Deployment,
    api: Api,
    catalogue: str,
    entity_ids: Sequence[str],
    tmp_path: Path,
) -> None:
    headers = {"Content-Type": "text/csv"}
    begun = api.request("POST", "/imports", data=catalogue.encode(), headers=headers)
    assert begun.status_code == 202, begun.text
    path = begun.headers["Location"]

    def progress() -> dict[str, Any]:
        shown: dict[str, Any] = api.request("GET", path).json()
        return shown

    wait_until(lambda: progress()["done"] > 0, "a batch is loaded")
    stopped = api.request("DELETE", path).json()
    assert stopped["state"] == "cancelled"
    assert stopped["left"] > 0
    resumed = api.request("POST", f"{path}/resume")
    assert (resumed.status_code, resumed.json()["state"]) == (202, "running")
    wait_until(lambda: progress()["state"] != "running", "the import ends")

    ended = progress()
    assert (ended["state"], ended["left"], ended["total"]) == ("done", 0, ROWS), ended
    bad = [name for number, name in enumerate(entity_ids) if number % BAD == 0]
    failures = api.request("GET", f"{path}/failures?limit=1000").json()["failures"]
    assert [failure["entity_id"] for failure in failures] == bad
    assert {failure["code"] for failure in failures} == {"image_not_found"}
    assert ended["failed"] == len(bad)

    file, data = tmp_path / "catalogue.csv", tmp_path / "data"
    file.write_text(catalogue, encoding="utf-8")
    here = lookalike("import", file, "--data", data, "--allow-private-hosts")
    assert here.code == 3, here.errors
    products, _ = contents(data, entity_ids)
    assert loaded(deployment, entity_ids) == {
        name: described(product) for name, product in products.items()
    }


def test_should_be_looked_at_before(api: Api, registered: Mapping[str, str]) -> None:
    [entity_id, *_] = registered
    rows = f"id,Farbe,image\n{entity_id},rot,https://shop.example/1.jpg\nnew,rot,photos/1.jpg\n"
    headers = {"Content-Type": "text/csv"}
    done = api.request("POST", "/import_previews", data=rows.encode(), headers=headers)
    assert done.status_code == 200, done.text
    preview = done.json()
    assert preview["columns"]["attributes"] == ["Farbe"]
    assert (preview["changed"], preview["failed"], preview["has_more"]) == (1, 1, False)


def test_should_pass_over_what_is_loaded_when_an_uploaded_file_comes_again(
    api: Api, catalogue: str
) -> None:
    """And try failed rows alone again, once asked to."""
    size = {"bytes": len(catalogue.encode()), "kind": "catalogue"}
    place = api.request("POST", "/uploads", json=size).json()
    assert Api("", None).request("PUT", place["upload_url"], data=catalogue.encode()).ok
    begun = api.request("POST", "/imports", params={"source": place["image_url"]})
    path = begun.headers["Location"]
    for again in (False, True):
        if again:
            assert api.request("POST", f"{path}/resume?failed=true").status_code == 202
        wait_until(lambda: api.request("GET", path).json()["state"] != "running", "it ends")
        ended = api.request("GET", path).json()
        assert (ended["state"], ended["done"]) == ("done", 0), ended
        assert ended["unchanged"] + ended["failed"] == ROWS


SCOPE = "filter=seller:in-step"
STEPS = [f"in-step-{number}" for number in range(6)]


def a_feed(pictures: Pictures, numbers: Sequence[int], *further: str) -> bytes:
    """A feed of pictures of the sample."""
    addresses = [pictures.address(entry.picture) for entry in sample()]
    rows = [f"{STEPS[number]},{addresses[number]}" for number in numbers]
    return "\n".join(["entity_id,image_url", *rows, *further]).encode()


def ended(api: Api, query: str, feed: bytes) -> dict[str, Any]:
    """An import, when it has ended."""
    headers = {"Content-Type": "text/csv"}
    begun = api.request("POST", f"/imports?{query}", data=feed, headers=headers)
    assert begun.status_code == 202, begun.text
    shown = dict[str, Any]()

    def is_over() -> bool:
        shown.update(api.request("GET", begun.headers["Location"]).json())
        return bool(shown["state"] != "running")

    wait_until(is_over, "the import ends")
    return shown


def in_step(api: Api) -> list[str]:
    """The products that those feeds are about."""
    listed = api.request("GET", f"/products?{SCOPE}&limit=1000").json()["products"]
    return sorted(product["entity_id"] for product in listed)


@pytest.fixture
def synced(api: Api, pictures: Pictures, registered: Mapping[str, str]) -> Iterator[None]:
    """Six products that a sync has added, gone again when the test is over."""
    assert registered
    first = ended(api, f"mode=sync&{SCOPE}", a_feed(pictures, range(6)))
    assert (first["state"], first["done"], first["deleted"]) == ("done", 6, 0), first
    yield
    for name in in_step(api):
        api.request("DELETE", f"/products/{name}")


@pytest.mark.usefixtures("synced")
def test_should_delete_what_left_the_feed_and_no_more_than_it_may(
    api: Api, pictures: Pictures, registered: Mapping[str, str]
) -> None:
    """First it says what it would do, and then it is refused; products of others stay."""
    feed = a_feed(pictures, range(2, 6))
    sync = f"mode=sync&{SCOPE}"
    asked = ended(api, f"{sync}&max_deletions=50%25&dry_run=true", feed)
    assert (asked["state"], asked["unchanged"], asked["deleted"]) == ("done", 4, 2), asked
    assert {name for name in STEPS if repr(name) in asked["detail"]} == {STEPS[0], STEPS[1]}
    braked = ended(api, sync, feed)
    assert (braked["state"], braked["deleted"]) == ("failed", 0), braked
    assert "would delete 2 of 6 products" in braked["detail"]
    held_up = ended(api, f"{sync}&max_deletions=6", a_feed(pictures, [2], "3,x,y,z"))
    assert (held_up["state"], held_up["failed"], held_up["deleted"]) == ("done", 1, 0), held_up
    assert in_step(api) == STEPS

    done = ended(api, f"{sync}&max_deletions=50%25", feed)
    assert (done["state"], done["unchanged"], done["deleted"]) == ("done", 4, 2), done
    assert in_step(api) == STEPS[2:]
    assert api.request("GET", f"/products/{STEPS[0]}").status_code == 404
    assert api.request("GET", f"/products/{min(registered)}").status_code == 200


@pytest.fixture
def checked(api: Api, pictures: Pictures, registered: Mapping[str, str]) -> Iterator[bytes]:
    """A feed with an edited copy of a product of the sample."""
    assert registered
    copy = pictures.put(an_edited_copy("flip"))
    yield f"entity_id,sku,image_url\nchecked,of-another,{copy}\n".encode()
    api.request("DELETE", "/products/checked")


def test_should_mark_a_product_that_shows_what_another_one_shows(api: Api, checked: bytes) -> None:
    shown = ended(api, "check=true&on_duplicate=flag", checked)
    assert (shown["done"], shown["failed"]) == (1, 0), shown
    flag = api.request("GET", "/products/checked").json()["flag"]
    assert flag["entity_id"] == chosen(0).entity_id


def test_should_refuse_the_row_of_such_a_product(api: Api, checked: bytes) -> None:
    shown = ended(api, "check=true&on_duplicate=refuse", checked)
    assert (shown["done"], shown["failed"]) == (0, 1), shown
    [failure] = api.request("GET", f"/imports/{shown['id']}/failures").json()["failures"]
    assert failure["code"] == "duplicate_found"
    assert repr(chosen(0).entity_id) in failure["detail"]
    assert api.request("GET", "/products/checked").status_code == 404
