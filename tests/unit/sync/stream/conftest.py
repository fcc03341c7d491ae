"""The stream function's service on stores in memory and a bucket in moto."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lookalike.storage.memory.storage import MemoryStorage
from lookalike.sync.failed_records import FailedRecord, FailedRecords
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.stream_batches import RecordApplier, StreamFollower
from tests.builders import VERSION
from tests.unit.sync.stream.records import ScriptedIndex


@dataclass
class Stream:
    """A table, an index apart from it, and the function between them."""

    table: MemoryStorage
    index: ScriptedIndex
    failed_records: FailedRecords
    applier: RecordApplier

    @property
    def function(self) -> StreamFollower:
        """Handles batches."""
        return StreamFollower(self.applier, self.failed_records)

    def searchable(self) -> int:
        """How many pictures the index has."""
        return self.index.count()

    def rejected(self) -> list[FailedRecord]:
        """All records in the bucket."""
        keys = list(self.failed_records.object_keys())
        return [failed for key in keys for failed in self.failed_records.read(key)]


def a_stream(failed_records: FailedRecords) -> Stream:
    """Nothing stored, nothing searchable."""
    table, index = MemoryStorage(VERSION), ScriptedIndex()
    applier = RecordApplier(PictureSync(table.pictures, index))
    return Stream(table, index, failed_records, applier)


@pytest.fixture
def stream(failed_records: FailedRecords) -> Stream:
    """Nothing stored, nothing searchable."""
    return a_stream(failed_records)
