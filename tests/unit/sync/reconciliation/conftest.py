"""Tables in moto, a toy index apart from them, and what reconciles the two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.pictures import Picture
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.synced_index import SyncedIndex
from lookalike.sync.looks_reconciler import LooksReconciler
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciler import Reconciler
from tests.builders import VERSION, a_picture, a_vector_entry
from tests.contract.storage.moto_dynamodb import NAMES
from tests.fakes import MemoryFiles
from tests.unit.sync.stream.records import ScriptedIndex

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 10_000_000.0
AN_HOUR_AGO = int(NOW) - 3_600


class WalkedIndex(ScriptedIndex):
    """An index that notes how many ids it is asked for at once, and how many it looks up.

    Searches still show the pictures in ``lingering``, although they have been removed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[int] = []
        self.asked = 0
        self.lingering: set[str] = set()

    @override
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        self.listed.append(limit)
        asked = (key for key in self._shown if key > after and (not until or key <= until))
        return sorted(asked)[:limit]

    @override
    def count(self) -> int:
        return len(self._shown)

    @override
    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        self.asked += len(fingerprint_ids)
        return super().present(fingerprint_ids)

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
    files: MemoryFiles = field(default_factory=MemoryFiles)
    now: float = NOW

    @property
    def reconciler(self) -> Reconciler:
        """All alone, in one part."""
        return self.a_reconciler()

    def a_reconciler(
        self,
        parts: int = 1,
        *,
        index: SyncedIndex | None = None,
        looks: LooksReconciler | None = None,
    ) -> Reconciler:
        """What a function has, which knows nothing of the others."""
        index = index or self.index
        return Reconciler(
            ReconciledStores(self.pictures, self.products, index, VERSION),
            PictureSync(self.pictures, index),
            self.reconciliations,
            self.files,
            lambda: self.now,
            looks=looks,
            parts=parts,
        )

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
    reconciliations = DynamodbReconciliationStore(dynamodb, NAMES.imports)
    return World(dynamodb, pictures, products, WalkedIndex(), reconciliations)
