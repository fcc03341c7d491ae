"""A stored picture that is registered again gets the embeddings that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.pictures import Picture
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.embeddings_update import Embedded
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.item_changes import Table
from lookalike.storage.dynamodb.items import picture_item
from lookalike.storage.dynamodb.last_seen import LastSeenUpdate
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings, UnembeddedPicture
from lookalike.storage.dynamodb.schema import PICTURES
from lookalike.storage.dynamodb.storage import DynamodbStorage
from tests.builders import a_fingerprint
from tests.contract.storage.moto_dynamodb import NAMES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NOW = 1_800_000_000
LATER = NOW + 24 * 3_600
ID = a_fingerprint(1).fingerprint_id


def a_seen(now: int = NOW, /, **embeddings: bytes) -> Picture:
    """One picture with these embeddings."""
    return Picture(replace(a_fingerprint(1), embeddings=embeddings), now)


def stored(storage: DynamodbStorage) -> tuple[Mapping[str, bytes], int]:
    """Its embeddings, and when it was last seen."""
    found = storage.pictures.get_many([ID])[ID]
    return found.fingerprint.embeddings, found.last_seen


def test_should_add_what_a_picture_lacks_and_keep_what_it_has(storage: DynamodbStorage) -> None:
    storage.pictures.put_many([a_seen()])
    storage.pictures.put_many([a_seen(LATER, clip=b"1")])
    assert stored(storage) == ({"clip": b"1"}, LATER)
    storage.pictures.put_many([a_seen(NOW, clip=b"other", titan=b"2", dino=b"3")])
    assert stored(storage) == ({"clip": b"1", "titan": b"2", "dino": b"3"}, LATER)
    storage.pictures.put_many([a_seen(LATER + 1)])
    assert stored(storage) == ({"clip": b"1", "titan": b"2", "dino": b"3"}, LATER + 1)


def test_should_add_them_within_a_transaction(storage: DynamodbStorage) -> None:
    storage.pictures.put_many([a_seen(clip=b"1")])
    with storage.transaction():
        storage.pictures.put_many([a_seen(LATER, titan=b"2")])
        storage.pictures.put_many([a_seen(LATER, dino=b"3"), a_seen(titan=b"other")])
        assert stored(storage) == ({"clip": b"1", "titan": b"2", "dino": b"3"}, LATER)
    assert stored(storage) == ({"clip": b"1", "titan": b"2", "dino": b"3"}, LATER)


def test_should_add_what_is_still_lacking_when_it_is_written(
    storage: DynamodbStorage, own_client: DynamoDBClient
) -> None:
    """What the picture gets between the read and the write stays."""
    database, table = DynamodbDatabase(own_client, TABLE_RETRIES), Table(NAMES.pictures, PICTURES)
    before, now = picture_item(a_seen()), picture_item(a_seen(LATER, clip=b"late", titan=b"2"))
    storage.pictures.put_many([a_seen()])
    update = LastSeenUpdate(table, (ID,), now, before)
    storage.pictures.put_many([a_seen(clip=b"1")])
    database.write([update])
    assert stored(storage) == ({"clip": b"1", "titan": b"2"}, LATER)


def test_should_forget_that_a_model_refused_it(
    storage: DynamodbStorage, own_client: DynamoDBClient
) -> None:
    database = DynamodbDatabase(own_client, TABLE_RETRIES)
    table = PictureEmbeddings(database, NAMES.pictures)
    storage.pictures.put_many([a_seen()])
    table.write(UnembeddedPicture(ID, None, [], {}), Embedded({}, {"clip": "Against the rules."}))
    storage.pictures.put_many([a_seen(clip=b"1")])
    assert table.refusal("clip", ID) is None


def test_should_keep_what_is_embedded_when_a_product_is_registered_again(
    storage: DynamodbStorage,
) -> None:
    """The model was away at first; neither an hour nor an unchanged product is a reason to lose."""

    def registration(**embeddings: bytes) -> Registration:
        fingerprint = a_seen(NOW, **embeddings).fingerprint
        return Registration("a", "sku", [RegisteredImage("https://x.example/1", fingerprint, "r")])

    register(storage, [registration()], NOW)
    register(storage, [registration(clip=b"1")], NOW + 60)
    assert stored(storage)[0] == {"clip": b"1"}
