"""Tables in moto, a toy index apart from them, and what reconciles the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.pictures import Picture
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciler import ReconciledStores, Reconciler
from tests.builders import VERSION, a_picture, a_vector_entry
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.sync.stream.records import ScriptedIndex

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 10_000_000.0
AN_HOUR_AGO = int(NOW) - 3_600


class WalkedIndex(ScriptedIndex):
    """An index that counts how often its ids are listed.

    Searches still show the pictures in ``lingering``, although they have been removed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.walks = 0
        self.lingering: set[str] = set()

    @override
    def ids(self, after: str = "", limit: int = 10_000) -> list[str]:
        self.walks += 1
        return sorted(key for key in self._shown if key > after)[:limit]

    @override
    def count(self) -> int:
        return len(self._shown)

    @property
    def _shown(self) -> set[str]:
        return self.entries.keys() | self.lingering


@dataclass
class World:
    """Table, index, and the reconciler between them."""

    client: DynamoDBClient
    pictures: DynamodbPictures
    products: DynamodbProducts
    index: WalkedIndex
    reconciliations: DynamodbReconciliationStore
    reconciler: Reconciler
    now: float = NOW

    def store(self, numbers: Sequence[int], last_seen: int = AN_HOUR_AGO) -> list[Picture]:
        """Pictures in the table."""
        pictures = [a_picture(number, last_seen=last_seen) for number in numbers]
        self.pictures.put_many(pictures)
        return pictures

    def index_entries(self, numbers: Sequence[int]) -> None:
        """Pictures in the index."""
        self.index.add([a_vector_entry(number) for number in numbers])


@pytest.fixture
def world(dynamodb: DynamoDBClient) -> World:
    """Nothing stored, nothing searchable."""
    database = DynamodbDatabase(dynamodb, TABLE_RETRIES)
    products = DynamodbProducts(database, NAMES.products)
    pictures = DynamodbPictures(database, NAMES.pictures, products)
    index = WalkedIndex()
    reconciliations = DynamodbReconciliationStore(dynamodb, NAMES.imports)
    stores = ReconciledStores(pictures, products, index, VERSION)
    reconciler = Reconciler(
        stores, PictureSync(pictures, index), reconciliations, lambda: built.now
    )
    built = World(dynamodb, pictures, products, index, reconciliations, reconciler)
    return built
