"""A rebuild reads the table in parallel segments, and goes on where it was stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import pytest

from lookalike.aws.index_rebuild import IndexRebuild
from lookalike.aws.stores import pictures_of_table
from lookalike.errors import StorageUnavailableError
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.dynamodb import pictures as stored_pictures
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.scan_progress import ScanProgress
from tests.builders import VERSION, a_fingerprint, a_fingerprint_id, a_picture

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNT = 60


class Load:
    """Keeps what is added; may meet something first."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.left = 1_000
        self.together = threading.Barrier(1)
        self.calls = 0

    def add(self, entries: Sequence[VectorEntry]) -> None:
        self.calls += 1
        if self.calls <= self.together.parties:
            self.together.wait(30)
        self.left -= 1
        if self.left < 0:
            raise StorageUnavailableError("It is away.")
        self.added += [entry.fingerprint_id for entry in entries]


@pytest.fixture
def load() -> Load:
    return Load()


@pytest.fixture
def rebuild(dynamodb: DynamoDBClient, load: Load, monkeypatch: pytest.MonkeyPatch) -> IndexRebuild:
    """Of a table with one picture of another version, and one item that is none."""
    monkeypatch.setattr(stored_pictures, "ENTRIES_OF_PAGE", 5)
    pictures = pictures_of_table(dynamodb, "pictures")
    pictures.put_many([a_picture(number) for number in range(COUNT)])
    old = a_fingerprint(COUNT, version="other")
    pictures.put_many([Picture(old, last_seen=1)])
    dynamodb.put_item(TableName="pictures", Item={"fingerprint_id": {"S": "strange"}})
    return IndexRebuild(pictures, cast("IndexLoad", load), VERSION)


def run(rebuild: IndexRebuild, progress: ScanProgress, workers: int) -> ScanProgress:
    """The last progress."""
    noted = [progress]
    with suppress(StorageUnavailableError):
        rebuild.run(progress, workers, noted.append)
    return noted[-1]


def test_should_add_every_picture_of_the_version(rebuild: IndexRebuild, load: Load) -> None:
    last = run(rebuild, ScanProgress("pictures", "there", 4), 4)
    assert sorted(load.added) == sorted(a_fingerprint_id(number) for number in range(COUNT))
    assert (last.records, list(last.left())) == (COUNT, [])


def test_should_work_on_segments_at_the_same_time(rebuild: IndexRebuild, load: Load) -> None:
    """The first addition waits for another one beside it."""
    load.together = threading.Barrier(2)
    assert list(run(rebuild, ScanProgress("pictures", "there", 2), 2).left()) == []


def test_should_go_on_where_it_was_stopped(rebuild: IndexRebuild, load: Load) -> None:
    load.left = 5
    last = run(rebuild, ScanProgress("pictures", "there", 2), 2)
    assert 0 < last.records < COUNT
    before = len(load.added)
    load.left = 1_000
    assert list(run(rebuild, last, 2).left()) == []
    assert {*load.added} == {a_fingerprint_id(number) for number in range(COUNT)}
    assert len(load.added) - before <= COUNT - last.records
