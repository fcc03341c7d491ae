"""Searches for duplicates of the same catalogue, on one machine and on AWS."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from lookalike.api.duplicates.service import FindDuplicates
from lookalike.aws.duplicates.batches import BatchComparison, Compare
from lookalike.aws.duplicates.ending import DuplicateEnding
from lookalike.aws.duplicates.files import DuplicateFiles
from lookalike.aws.duplicates.preparation import DuplicatePreparation
from lookalike.aws.duplicates.runner import DeployedDuplicates
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.aws.objects import Objects
from lookalike.aws.run_items import RunItems
from lookalike.aws.state_machine import StateMachine
from lookalike.duplicates.groups import Group
from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.local.duplicates.background_duplicates import BackgroundDuplicates
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.matching.calibration import Calibration
from lookalike.storage.duplicates import DuplicateRun, PictureLink
from lookalike.storage.interfaces import Storage, VectorIndex
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION
from tests.contract.storage.moto_dynamodb import NAMES, StreamedVectors, a_storage
from tests.fakes import Clock
from tests.unit.aws import BUCKET, aws, dynamodb, s3
from tests.unit.local.duplicates.instant_pool import InstantPool

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

__all__ = ["aws", "dynamodb", "s3"]

TASKS_A_BATCH = 3
"""Of a deployment, so that a few pictures make several batches."""


class Searcher(ABC):
    """A catalogue, and a runner that searches it, with comparisons that the test knows."""

    storage: Storage
    service: FindDuplicates
    pool: InstantPool

    def link(self, *links: PictureLink) -> None:
        """Let comparisons find these links, each from the side of its first picture."""
        self.pool.links = {
            name: [link for link in links if link.a == name] for name in {each.a for each in links}
        }

    def search(self, min_match: float = 50, keep: Sequence[str] = ("largest",)) -> DuplicateRun:
        """Search to the end."""
        run_id = self.service.start(min_match, keep).run.run_id
        self.work(run_id)
        return self.service.get(run_id).run

    def groups(self, run: DuplicateRun) -> list[Group]:
        """All groups that a search has found."""
        page = self.service.groups(run.run_id, "", 100, thumbnails=False)
        return list(page.groups)

    @abstractmethod
    def work(self, run_id: str) -> None:
        """Do what happens in the background."""


class OneMachine(Searcher):
    """Without a thread."""

    def __init__(self, storage: MemoryStorage) -> None:
        self.storage, self.pool = storage, InstantPool({})
        search = DuplicateSearch(storage, self.pool, Calibration(1.0, 0.0, 0.0))
        self._runner = BackgroundDuplicates(storage, search, Clock(), kept=1e9)
        self.service = FindDuplicates(self._runner, storage.duplicates, storage, Clock())

    @override
    def work(self, run_id: str) -> None:
        self._runner._work(run_id)


class RememberedMachine(StateMachine):
    """Remembers what it is to work on."""

    def __init__(self) -> None:
        super().__init__(None, "")
        self.work: list[str] = []
        self.stopped: list[str] = []

    @override
    def start(self, name: str, work: Mapping[str, Any]) -> None:
        assert work == {"run_id": name}
        self.work.append(name)

    @override
    def stop(self, name: str) -> None:
        self.stopped.append(name)


class Deployment(Searcher):
    """Functions on tables and a bucket that moto plays."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        s3: S3Client,
        recipe: str = "1",
        version: str = VERSION,
        vectors: VectorIndex | None = None,
    ) -> None:
        storage = a_storage(dynamodb, StreamedVectors(dynamodb))
        storage.vectors = vectors or storage.vectors
        self.storage, self.pool = storage, InstantPool({})
        self.machine = RememberedMachine()
        self.compare: Compare = lambda tasks: self.pool.submit(tasks).result()
        self.files = DuplicateFiles(Objects(s3, BUCKET), recipe)
        self.runs = DeployedRuns(RunItems(dynamodb, NAMES.imports, Clock()), self.files)
        self.preparation = DuplicatePreparation(
            storage, self.files, self.runs, version, TASKS_A_BATCH
        )
        self.comparison = BatchComparison(self.files, self.runs, self._compare)
        self.ending = DuplicateEnding(storage, self.files, self.runs)
        runner = DeployedDuplicates(self.runs, self.machine, Clock())
        self.service = FindDuplicates(runner, self.runs, storage, Clock())

    def _compare(self, tasks: Sequence[PictureTask]) -> list[list[PictureLink]]:
        return self.compare(tasks)  # which a test may replace

    def pictures(self, run_id: str) -> list[str]:
        """Take the first step; the keys of the batches that it leads to."""
        return self._keys(run_id, self.preparation.list_pictures(run_id).batches)

    def pairs(self, run_id: str) -> list[str]:
        """Take the step after comparing pictures; the keys of its batches."""
        return self._keys(run_id, self.preparation.list_pairs(run_id).batches)

    def work_on(self, keys: Iterable[str]) -> None:
        """Compare batches."""
        for key in keys:
            self.comparison.work_on(key)

    @override
    def work(self, run_id: str) -> None:
        assert self.machine.work[-1] == run_id
        self.work_on(self.pictures(run_id))
        self.work_on(self.pairs(run_id))
        self.ending.finish(run_id)

    def _keys(self, run_id: str, prefix: str) -> list[str]:
        keys = [batch.key("duplicates/batches/") for batch in self.files.batches(run_id)]
        assert all(key.startswith(prefix) for key in keys)
        return keys


@pytest.fixture
def here() -> Iterator[OneMachine]:
    """One machine."""
    with closing(MemoryStorage(VERSION)) as storage:
        yield OneMachine(storage)


@pytest.fixture
def deployment(dynamodb: DynamoDBClient, s3: S3Client) -> Deployment:
    """A deployment."""
    return Deployment(dynamodb, s3)
