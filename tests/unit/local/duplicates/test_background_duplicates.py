"""Searches in the background: what they note, and what they do when something is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from lookalike.duplicates.keeping import Keep
from lookalike.errors import StorageUnavailableError
from lookalike.http.problems import DuplicatesQueueFullError
from lookalike.local.duplicates.background_duplicates import MAX_RUNS, BackgroundDuplicates
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.local.settings import DAY
from lookalike.matching.calibration import Calibration
from lookalike.storage.duplicates import DuplicateRun, PictureLink
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.run_state import RunState
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.unit.local.duplicates.instant_pool import InstantPool

A, B = (a_fingerprint_id(number) for number in range(2))
ORDER = Keep.order([])


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    with closing(MemoryStorage(VERSION)) as storage:
        storage.pictures.put_many([a_picture(number) for number in range(3)])
        storage.products.put_many([a_product(number) for number in range(3)])
        yield storage


class Failing(InstantPool):
    """Raises each of these errors once, and then compares."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__({A: [PictureLink(A, B, 0.99, "duplicate")]})
        self.errors = iter(errors)

    def _found(self, task):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - as above
        for error in self.errors:
            raise error
        return super()._found(task)


@contextmanager
def running(storage: MemoryStorage, *errors: Exception) -> Iterator[BackgroundDuplicates]:
    """Searches that are worked on as long as the block lasts."""
    runner = build(storage, *errors)
    runner.open()
    with closing(runner):
        yield runner


def build(storage: MemoryStorage, *errors: Exception) -> BackgroundDuplicates:
    search = DuplicateSearch(storage, Failing(*errors), Calibration(1.0, 0.0, 0.0))
    return BackgroundDuplicates(storage, search, time.time, pause=0.01, kept=DAY)


def ended(storage: MemoryStorage, run_id: str) -> DuplicateRun:
    """The run, when it has ended."""
    return eventually(lambda: storage.duplicates.get(run_id), RunState.RUNNING)


def eventually(read: Callable[[], DuplicateRun], state: RunState) -> DuplicateRun:
    for _ in range(6_000):
        if (run := read()).state is not state:
            return run
        time.sleep(0.01)
    raise AssertionError("The run does not end.")


def test_should_search_and_keep_the_groups(storage: MemoryStorage) -> None:
    with running(storage) as runner:
        run = ended(storage, runner.start(50, ORDER).run_id)
    assert (run.state, run.total, run.compared, run.groups) == (RunState.DONE, 3, 3, 1)
    [group] = storage.duplicates.groups(run.run_id)
    assert (group["kind"], group["products"]) == ("duplicate", 2)


def test_should_go_on_with_a_search_that_an_earlier_process_left(storage: MemoryStorage) -> None:
    """It counts on from where it was."""
    left = build(storage).start(50, ORDER)
    with running(storage):
        run = ended(storage, left.run_id)
    assert (run.state, run.compared, run.groups) == (RunState.DONE, 3, 1)


def test_should_wait_for_a_storage_that_is_away(storage: MemoryStorage) -> None:
    with running(storage, StorageUnavailableError("The disk is full.")) as runner:
        run = ended(storage, runner.start(50, ORDER).run_id)
    assert (run.state, run.total, run.compared) == (RunState.DONE, 3, 3)


def test_should_note_that_a_search_has_failed(storage: MemoryStorage) -> None:
    with running(storage, ZeroDivisionError()) as runner:
        run = ended(storage, runner.start(50, ORDER).run_id)
        assert (run.state, run.groups) == (RunState.FAILED, None)
        again = ended(storage, runner.start(50, ORDER).run_id)
    assert again.state is RunState.DONE


def test_should_not_search_twice_for_the_same(storage: MemoryStorage) -> None:
    runner = build(storage)
    first = runner.start(50, ORDER)
    assert runner.start(50, ORDER) == first
    assert runner.start(60, ORDER) != first


def test_should_bound_the_searches_that_wait(storage: MemoryStorage) -> None:
    runner = build(storage)
    for number in range(MAX_RUNS):
        runner.start(50 + number, ORDER)
    with pytest.raises(DuplicatesQueueFullError):
        runner.start(99, ORDER)


def test_should_remove_old_runs(storage: MemoryStorage) -> None:
    storage.duplicates.put(DuplicateRun("old", 1.0, state=RunState.DONE, finished_at=2.0))
    with running(storage) as runner:
        ended(storage, runner.start(50, ORDER).run_id)
    assert storage.duplicates.sweep(1e12) == 1  # the new one
