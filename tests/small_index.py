"""A small index for tests: its log, its snapshots on moto, and as many readers as a test needs.

The log in memory is what the interface says, in a few lines: moto copies its tables for every
transaction, which takes thousands of changes seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from moto import mock_aws
from typing_extensions import override

from lookalike.storage.dynamodb.change_log import DynamodbChangeLog
from lookalike.storage.dynamodb.schema import CHANGES
from lookalike.storage.faiss_search import faiss_knn
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.small.change_log import (
    MAX_CHANGES,
    ChangeLog,
    ChangesTrimmedError,
    LogState,
)
from lookalike.storage.small.compaction import Compactor
from lookalike.storage.small.index import SmallIndex
from lookalike.storage.small.snapshots import SnapshotRef, Snapshots
from lookalike.storage.synced_index import IndexChange
from tests.builders import VERSION
from tests.contract.storage.moto_dynamodb import a_client, create_table

BUCKET = "snapshots"
TABLE = "changes"
QUICK = RetryPolicy(deadline=60, first_pause=0.001, longest_pause=0.01)


class MemoryChangeLog(ChangeLog):
    """A log in a dictionary."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._state = LogState()
        self._changes: dict[int, list[IndexChange]] = {}

    @override
    def state(self) -> LogState:
        return self._state

    @override
    def append(self, changes: Sequence[IndexChange]) -> None:
        assert len(changes) <= MAX_CHANGES
        with self._writing:
            head = self._state.head + 1
            self._changes[head] = list(changes)
            self._state = replace(self._state, head=head)

    @override
    def changes(self, after: int, upto: int) -> list[IndexChange]:
        try:
            return [change for seq in range(after + 1, upto + 1) for change in self._changes[seq]]
        except KeyError as error:
            raise ChangesTrimmedError(f"Change {error} is no longer in the log.") from error

    @override
    def publish(self, snapshot: SnapshotRef, replaced: SnapshotRef | None) -> bool:
        with self._writing:
            if self._state.snapshot != replaced:
                return False
            self._state = replace(self._state, snapshot=snapshot, previous=replaced)
            return True

    @override
    def trim(self, upto: int) -> None:
        for seq in [seq for seq in self._changes if seq <= upto]:
            del self._changes[seq]


@dataclass(frozen=True, slots=True)
class SmallIndexParts:
    """What all readers, writers and compactions of one index share."""

    change_log: ChangeLog
    snapshots: Snapshots

    def reader(self, max_age: float = 0.0, clock: Callable[[], float] = lambda: 0.0) -> SmallIndex:
        """An index that has read nothing yet."""
        return SmallIndex(
            self.change_log, self.snapshots, VERSION, faiss_knn, max_age=max_age, clock=clock
        )

    def compactor(self, *, hours_later: int = 0) -> Compactor:
        """What compacts it, now or later."""
        now = datetime.now(UTC) + timedelta(hours=hours_later)
        return Compactor(self.change_log, self.snapshots, self.reader(), lambda: now)

    def keys(self) -> list[str]:
        """The keys of all snapshots, published or not."""
        answer = a_client("s3").list_objects_v2(Bucket=BUCKET)
        return [found["Key"] for found in answer.get("Contents", [])]


@contextmanager
def small_index_parts(*, in_dynamodb: bool = False) -> Iterator[SmallIndexParts]:
    """An empty log, in memory or in a table, and an empty bucket."""
    with mock_aws():
        s3 = a_client("s3")
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        change_log = a_table() if in_dynamodb else MemoryChangeLog()
        yield SmallIndexParts(change_log, Snapshots(s3, BUCKET, VERSION))


def a_table() -> DynamodbChangeLog:
    """An empty log in a table of moto."""
    client = a_client()
    create_table(client, TABLE, CHANGES)
    return DynamodbChangeLog(client, TABLE, VERSION, QUICK)
