"""A catalogue is loaded by the state machine, stopped on the way, and goes on."""

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
