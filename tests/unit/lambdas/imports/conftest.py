"""A deployment whose state machine does what the test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from lookalike.api.imports.service import ManageImports
from lookalike.aws.imports.batch_deletion import BatchDeletion
from lookalike.aws.imports.batch_hosts import BatchHosts
from lookalike.aws.imports.batches import BatchLoader
from lookalike.aws.imports.deletion_plan import DeletionPlan
from lookalike.aws.imports.ending import ImportEnding
from lookalike.aws.imports.files import BATCHES, ImportFiles
from lookalike.aws.imports.host_slots import HostSlots
from lookalike.aws.imports.preparation import ImportPreparation
from lookalike.aws.imports.runner import DeployedImports
from lookalike.aws.imports.runs import ImportRuns
from lookalike.aws.imports.sync_files import DELETIONS, SEGMENTS, SyncFiles
from lookalike.aws.objects import Objects
from lookalike.aws.state_machine import StateMachine
from lookalike.duplicates.arrival import CheckedArrivals
from lookalike.images.fetching.host_gate import HostGate
from lookalike.images.fetching.silent_hosts import SilentHosts
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.products import Product
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.product_segments import ProductSegments
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.events import Event, EventType
from lookalike.storage.import_runs import FailedRow
from tests.contract.storage.moto_dynamodb import NAMES, StreamedVectors, a_storage
from tests.fakes import Clock
from tests.unit.aws import BUCKET, aws, dynamodb, s3
from tests.unit.duplicates.test_arrival import IdenticalCheck
from tests.unit.imports.instant_pool import Files, InstantPool

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

__all__ = ["aws", "dynamodb", "s3"]

ROWS_A_BATCH = 20
"""Of a deployment; more than one transaction."""
DELETIONS_A_BATCH = 3
"""So that a few products make several batches."""


class RememberedWork(StateMachine):
    """Remembers what it is to work on."""

    def __init__(self) -> None:
        super().__init__(None, "")
        self.work: list[tuple[str, int, bool]] = []
        self.stopped: list[str] = []

    @override
    def start(self, name: str, work: Mapping[str, Any]) -> None:
        assert name == f"{work['import_id']}-{work['attempt']}"
        self.work.append((work["import_id"], work["attempt"], work["retry_failed"]))

    @override
    def stop(self, name: str) -> None:
        self.stopped.append(name)


@dataclass
class Deployment:
    """The parts of imports, on tables and a bucket that moto plays."""

    storage: DynamodbStorage
    segments: ProductSegments
    files: ImportFiles
    syncs: SyncFiles
    runs: ImportRuns
    pool: InstantPool
    slots: HostSlots
    machine: RememberedWork = field(default_factory=RememberedWork)

    def __post_init__(self) -> None:
        self.clock = Clock()
        loader = CatalogueImport(self.storage, Files(), self.pool, self.clock)
        self.preparation = ImportPreparation(self.files, self.syncs, self.runs, ROWS_A_BATCH)
        self.plan = DeletionPlan(
            self.segments, self.files, self.syncs, self.runs, DELETIONS_A_BATCH
        )
        self.deletion = BatchDeletion(self.syncs, self.runs, self.storage.products)
        arrivals = CheckedArrivals(self.storage, IdenticalCheck(self.storage), self.clock)
        self.slow_hosts = set[str]()
        gate = HostGate(Files())
        hosts = BatchHosts(self.slots, gate, SilentHosts(gate), lambda: self.slow_hosts)
        self.loader = BatchLoader(self.files, self.runs, loader, arrivals, hosts)
        self.ending = ImportEnding(self.files, self.syncs, self.runs)
        self.imports = DeployedImports(self.files, self.runs, self.machine, self.clock)
        self.service = ManageImports(self.imports, self.storage.imports, self.clock)

    def begin(self) -> list[str]:
        """Take the first step of what is to be done; the keys of the batches that it leads to."""
        import_id, attempt, retry_failed = self.machine.work[-1]
        prepared = self.preparation.prepare(import_id, attempt, retry_failed=retry_failed)
        self.segments_left = prepared.segments
        assert prepared.deletes is bool(prepared.segments)
        batches = list(self.files.batches(import_id))
        assert prepared.rows_left == sum(batch.size for batch in batches)
        assert all(batch.key(BATCHES).startswith(prepared.batches) for batch in batches)
        return [batch.key(BATCHES) for batch in batches]

    def compare(self) -> bool:
        """Take the steps of a sync before its rows are loaded; whether they may be."""
        import_id, attempt, _ = self.machine.work[-1]
        if not self.segments_left:
            return True
        found = [asdict(self.plan.compare(import_id, each)) for each in self.segments_left]
        return self.plan.allow(import_id, attempt, found)

    def list_deletions(self) -> list[str]:
        """Take the step after the rows; the keys of the batches that it leads to."""
        import_id, attempt, _ = self.machine.work[-1]
        if not self.segments_left:
            return []
        listed = self.plan.list_deletions(import_id, attempt)
        batches = list(self.syncs.deletions(import_id, attempt))
        assert listed.left == sum(batch.size for batch in batches)
        keys = [batch.key(f"{DELETIONS}{attempt}/") for batch in batches]
        assert all(key.startswith(listed.batches) for key in keys)
        return keys

    def delete(self, keys: Sequence[str]) -> None:
        """Delete batches."""
        for key in keys:
            self.deletion.delete(key)

    def load(self, keys: Sequence[str]) -> None:
        """Load batches."""
        for key in keys:
            self.loader.load(key, lambda: False)

    def finish(self) -> int:
        """Take the last step; how many rows are left."""
        import_id, attempt, _ = self.machine.work[-1]
        return self.ending.finish(import_id, attempt)

    def run(self) -> None:
        """Take all steps, as the state machine does."""
        keys = self.begin()
        if self.compare():
            self.load(keys)
            self.delete(self.list_deletions())
        self.finish()

    def told(self, import_id: str) -> list[Event]:
        """The events that say that an import has ended."""
        return self.storage.events.page(0, 9, [EventType.IMPORT_FINISHED], import_id)

    def failures(self, import_id: str) -> list[FailedRow]:
        """The rows that were refused."""
        return self.storage.imports.failures(import_id, limit=1000)

    def products(self) -> dict[str, Product]:
        """The catalogue."""
        page = self.storage.products.page(limit=1000)
        return {product.entity_id: product for product in page.products}


@pytest.fixture
def deployment(dynamodb: DynamoDBClient, s3: S3Client) -> Deployment:
    """Without any products."""
    return Deployment(
        a_storage(dynamodb, StreamedVectors(dynamodb)),
        ProductSegments(DynamodbDatabase(dynamodb, TABLE_RETRIES), NAMES.products, SEGMENTS),
        ImportFiles(s3, BUCKET, BUCKET),
        SyncFiles(Objects(s3, BUCKET)),
        ImportRuns(dynamodb, NAMES.imports, NAMES.events),
        InstantPool(),
        HostSlots(dynamodb, NAMES.imports, 2),
    )
