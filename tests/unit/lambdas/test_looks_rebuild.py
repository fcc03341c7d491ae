"""A rebuild of the index by looks goes on where it was stopped, and says what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lookalike.aws.looks_rebuild import LooksRebuild
from lookalike.aws.stores import pictures_of_table
from lookalike.errors import StorageUnavailableError
from lookalike.storage.dynamodb import product_ids
from lookalike.storage.dynamodb.items import product_item
from lookalike.storage.scan_progress import ScanProgress
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync.picture_sync import NotApplied
from tests.builders import a_product
from tests.contract.storage.moto_dynamodb import NAMES
from tests.embeddings import FAKE_MODEL, embedded_picture
from tests.toy_looks import ToyLooks

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNT = 9
NEW = ScanProgress(NAMES.products, "anywhere", 2)


@pytest.fixture
def index() -> ToyLooks:
    """Empty."""
    return ToyLooks(FAKE_MODEL.space)


@pytest.fixture
def rebuild(
    dynamodb: DynamoDBClient, index: ToyLooks, monkeypatch: pytest.MonkeyPatch
) -> LooksRebuild:
    """Of products in pages of two."""
    monkeypatch.setattr(product_ids, "IDS_OF_PAGE", 2)
    pictures = pictures_of_table(dynamodb, NAMES.pictures)
    pictures.put_many([embedded_picture(number) for number in range(COUNT)])
    for number in range(COUNT):
        dynamodb.put_item(TableName=NAMES.products, Item=product_item(a_product(number)))
    return LooksRebuild.of_tables(dynamodb, NAMES.products, NAMES.pictures, index)


def test_should_write_every_product_and_say_which_are_damaged(
    rebuild: LooksRebuild, index: ToyLooks, dynamodb: DynamoDBClient
) -> None:
    damaged = product_item(a_product(COUNT)) | {"attributes": {"S": "no JSON"}}
    dynamodb.put_item(TableName=NAMES.products, Item=damaged)
    pages: list[ScanProgress] = []
    told: dict[str, NotApplied] = {}

    rebuild.run(NEW, 2, pages.append, told.update)

    assert index.ids() == [a_product(number).entity_id for number in range(COUNT)]
    assert all(entry.embeddings for entry in index.entries.values())
    assert [*told] == [a_product(COUNT).entity_id]
    assert pages[-1].records == COUNT
    assert not list(pages[-1].left())


def test_should_go_on_where_the_index_went_away(rebuild: LooksRebuild, index: ToyLooks) -> None:
    pages: list[ScanProgress] = []
    away = a_product(COUNT - 1).entity_id
    index.outcomes[away] = ChangeOutcome(ChangeState.RETRY, "It is away.")
    with pytest.raises(StorageUnavailableError, match="It is away"):
        rebuild.run(NEW, 1, pages.append, lambda _: None)
    index.outcomes.clear()
    there = pages[-1] if pages else NEW

    rebuild.run(there, 1, pages.append, lambda _: None)

    assert len(index.entries) == pages[-1].records == COUNT
