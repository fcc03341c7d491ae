"""Tables in moto, an index in memory apart from them, and what compares the two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from lookalike.pictures import Picture
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.product_count import ProductCount
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.memory.journal import Journal
from lookalike.storage.memory.vectors import MemoryVectors
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconcile import ReconcileIndex, Sides
from lookalike.sync.reconciliation_store import Reconciliations
from tests.builders import VERSION, a_picture, a_vector_entry
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.sync.stream.stream import ToldIndex

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 10_000_000.0
AN_HOUR_AGO = int(NOW) - 3_600


class WalkedIndex(ToldIndex):
    """An index in memory that can be walked through; it counts how often it is.

    Searches still show what is in ``lingering``, although it has been removed.
    """

    def __init__(self) -> None:
        self.memory = MemoryVectors(Journal(), VERSION)
        super().__init__(self.memory)
        self.walks = 0
        self.lingering: set[str] = set()

    def ids(self, after: str = "", limit: int = 1) -> list[str]:
        """In order."""
        self.walks += 1
        return sorted(key for key in self.memory.ids | self.lingering if key > after)[:limit]

    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Those that are there."""
        return self.memory.ids & set(fingerprint_ids)

    def count(self) -> int:
        """How many searches show."""
        return len(self.memory.ids | self.lingering)


@dataclass
class World:
    """Table and index, and the function that compares them."""

    client: DynamoDBClient
    pictures: DynamodbPictures
    products: DynamodbProducts
    index: WalkedIndex
    keeper: Reconciliations
    service: ReconcileIndex
    now: float = NOW

    def store(self, numbers: Sequence[int], last_seen: int = AN_HOUR_AGO) -> list[Picture]:
        """Pictures in the table."""
        pictures = [a_picture(number, last_seen=last_seen) for number in numbers]
        self.pictures.put_many(pictures)
        return pictures

    def index_entries(self, numbers: Sequence[int]) -> None:
        """Pictures in the index."""
        self.index.memory.add([a_vector_entry(number) for number in numbers])


@pytest.fixture
def world(dynamodb: DynamoDBClient) -> World:
    """Nothing stored, nothing searchable."""
    database = DynamodbDatabase(dynamodb, TABLE_RETRIES)
    products = DynamodbProducts(database, NAMES.products)
    pictures = DynamodbPictures(database, NAMES.pictures, products)
    index = WalkedIndex()
    keeper = Reconciliations(dynamodb, NAMES.imports)
    sides = Sides(pictures, ProductCount(database, NAMES.products), index, VERSION)
    service = ReconcileIndex(sides, PictureSync(pictures, index), keeper, lambda: made.now)
    made = World(dynamodb, pictures, products, index, keeper, service)
    return made
