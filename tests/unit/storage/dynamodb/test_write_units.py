"""How many write units a registration takes: a kilobyte each, two in a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.pictures import Picture
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.embeddings_update import Embedded
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.items import item_bytes
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings
from lookalike.storage.dynamodb.storage import DynamodbStorage
from tests.builders import a_fingerprint
from tests.contract.storage.moto_dynamodb import NAMES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

HOUR = 3_600
FINGERPRINT = replace(
    a_fingerprint(1), signature=bytes(16_400), embeddings={"built-in-3d2cbe6e": bytes(1_024)}
)
NOW = 1_800_000_000


class Units:
    """Counts the units of a client's writes to tables, without those of indexes."""

    def __init__(self, client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self._client = client
        self._make = client._make_api_call  # type: ignore[attr-defined]
        self.counted = 0
        monkeypatch.setattr(client, "_make_api_call", self._call)

    def _call(self, operation: str, parameters: dict[str, Any]) -> object:
        sizes = [self._units(write) for write in _writes(operation, parameters)]
        self.counted += sum(sizes) * (2 if operation == "TransactWriteItems" else 1)
        return self._make(operation, parameters)

    def _units(self, write: Mapping[str, Any]) -> int:
        """An update counts as the whole item."""
        if "Item" in write:
            return ceil(item_bytes(write["Item"]) / 1_024)
        key = {"TableName": write["TableName"], "Key": write["Key"]}
        return ceil(item_bytes(self._make("GetItem", key)["Item"]) / 1_024)


def _writes(operation: str, parameters: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    if operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            yield from item.values()
    elif operation in {"PutItem", "UpdateItem"}:
        yield parameters


@pytest.fixture
def counter(
    storage: DynamodbStorage,  # noqa: ARG001 - whose client it is
    own_client: DynamoDBClient,
    monkeypatch: pytest.MonkeyPatch,
) -> Units:
    return Units(own_client, monkeypatch)


@pytest.mark.parametrize(
    ("entity_id", "hours", "units"),
    [
        pytest.param("a", 1, 0, id="the same product again"),
        pytest.param("a", 24 * 7, 0, id="the same product a week later"),
        pytest.param("b", 1, 2 * (1 + 1), id="another product of the picture"),
        pytest.param("b", 24, 2 * (18 + 1 + 1), id="another product, a day later"),
    ],
)
def test_should_not_pay_for_a_stored_picture(
    storage: DynamodbStorage, counter: Units, entity_id: str, hours: int, units: int
) -> None:
    register(storage, [_registration("a")], NOW)
    assert counter.counted == 2 * (18 + 1 + 1), "picture, product and event"
    register(storage, [_registration(entity_id)], NOW + hours * HOUR)
    assert counter.counted == 2 * (18 + 1 + 1) + units
    assert storage.pictures.get_many([FINGERPRINT.fingerprint_id])


def test_should_write_an_item_once_for_all_models_that_embed_it_later(
    storage: DynamodbStorage, own_client: DynamoDBClient, counter: Units
) -> None:
    storage.pictures.put_many([Picture(FINGERPRINT, NOW)])
    counter.counted = 0
    table = PictureEmbeddings(DynamodbDatabase(own_client, TABLE_RETRIES), NAMES.pictures)
    versions = [f"clip-{number}2edd07c" for number in range(2)]
    [picture], _ = table.unembedded(FINGERPRINT.version, versions, 0, 1, None)

    assert table.write(picture, Embedded({versions[0]: bytes(1_024)}, {}))
    assert counter.counted == 18, "the item as it was; DynamoDB counts the larger one"
    assert counter._units(_key_of(FINGERPRINT.fingerprint_id)) == 19
    assert table.write(picture, Embedded(dict.fromkeys(versions, bytes(1_024)), {}))
    assert counter._units(_key_of(FINGERPRINT.fingerprint_id)) == 20


def _key_of(fingerprint_id: str) -> dict[str, Any]:
    return {"TableName": NAMES.pictures, "Key": {"fingerprint_id": {"S": fingerprint_id}}}


def _registration(entity_id: str) -> Registration:
    image = RegisteredImage("https://shop.example/1.jpg", FINGERPRINT, "r")
    return Registration(entity_id, "sku", [image])
