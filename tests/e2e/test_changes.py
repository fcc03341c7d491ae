"""Registrations, replacements, deletions and uploads, through the deployed API."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import boto3
import pytest
import requests

from tests.e2e.conftest import Index
from tests.e2e.deployment import Deployment
from tests.e2e.pictures import Pictures
from tests.e2e.service import Api, Entry, in_text, matches, sample
from tests.integration.processes import SAMPLE

pytestmark = pytest.mark.timeout(1800)

UNRELATED_PICTURE = (SAMPLE / "edited" / "not-in-the-catalogue.jpg").read_bytes()


@pytest.fixture(scope="module")
def entry(registered: Mapping[str, str]) -> Entry:
    """A product of the sample."""
    found = sample()[100]
    assert found.entity_id in registered
    return found


def found_by(api: Api, picture: bytes) -> list[str]:
    """The products that a check of this picture finds."""
    headers = {"Content-Type": "image/jpeg"}
    return [
        match[0]
        for match in matches(
            api.request("POST", "/find_similar?top=9", data=picture, headers=headers)
        )
    ]


def put(api: Api, entity_id: str, picture: Mapping[str, str]) -> requests.Response:
    """Register a product."""
    done = api.request("PUT", f"/products/{entity_id}", json={"sku": "s", **picture})
    assert done.ok, done.text
    return done


def delete(api: Api, entity_id: str) -> None:
    """Delete a product."""
    done = api.request("DELETE", f"/products/{entity_id}")
    assert done.status_code == HTTPStatus.NO_CONTENT, done.text


def test_should_find_all_products_of_a_picture_until_they_are_deleted(
    api: Api, entry: Entry, pictures: Pictures
) -> None:
    picture = {"image_url": pictures.address(entry.picture)}
    assert put(api, "another", picture).status_code == HTTPStatus.CREATED
    assert put(api, "another", picture).status_code == HTTPStatus.OK
    assert api.request("GET", "/products/another").json()["entity_id"] == "another"
    assert set(found_by(api, entry.photograph)) == {entry.entity_id, "another"}
    delete(api, "another")
    assert found_by(api, entry.photograph) == [entry.entity_id]
    assert api.request("GET", "/products/another").status_code == HTTPStatus.NOT_FOUND


def test_should_find_a_product_by_its_new_picture_alone(
    api: Api, entry: Entry, index: Index
) -> None:
    put(api, "replaced", in_text(entry.photograph))
    new = put(api, "replaced", in_text(UNRELATED_PICTURE)).json()["fingerprint"]["id"]
    index.wait(new, there=True)
    assert found_by(api, entry.photograph) == [entry.entity_id]
    assert found_by(api, UNRELATED_PICTURE) == ["replaced"]
    delete(api, "replaced")
    assert found_by(api, UNRELATED_PICTURE) == []


def test_should_take_pictures_that_were_uploaded(api: Api, entry: Entry) -> None:
    size = {"bytes": len(entry.photograph)}
    place = api.request("POST", "/uploads", json=size).json()
    upload = Api("", None).request("PUT", place["upload_url"], data=entry.photograph)
    assert upload.ok, upload.text
    done = api.request("GET", "/find_similar", params={"image_url": place["image_url"]})
    assert [match[0] for match in matches(done)] == [entry.entity_id]
    shown = put(api, "uploaded", {"image_url": place["image_url"]}).json()
    assert shown["image_url"] is None, "the address is good for a day only"
    assert set(found_by(api, entry.photograph)) == {entry.entity_id, "uploaded"}
    delete(api, "uploaded")


def test_should_take_a_picture_out_of_the_index_that_leaves_the_table(
    api: Api, index: Index, deployment: Deployment
) -> None:
    picture = put(api, "passing", in_text(UNRELATED_PICTURE)).json()["fingerprint"]["id"]
    index.wait(picture, there=True)
    delete(api, "passing")
    boto3.client("dynamodb").delete_item(
        TableName=deployment.outputs["PicturesTable"], Key={"fingerprint_id": {"S": picture}}
    )
    index.wait(picture, there=False)
