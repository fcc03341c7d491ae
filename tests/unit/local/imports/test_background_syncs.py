"""Syncs of a service: a file that was sent, and what it does not name is deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.errors import StorageUnavailableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.imports.background_imports import BackgroundImports
from lookalike.local.settings import DAY
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.run_state import RunState
from tests.unit.imports.instant_pool import Files, InstantPool
from tests.unit.local.imports.test_background_imports import ended

ALL = SyncOptions(MaxDeletions(100, is_share=True))


class Loader(CatalogueImport):
    """Loads without reading pictures, and is stopped once after each of some numbers of rows."""

    def __init__(self, storage: MemoryStorage, stops: Iterable[int] = ()) -> None:
        super().__init__(storage, Files(), InstantPool(), time.time)
        self._stops = iter(stops)

    def run(
        self,
        rows: Iterable[CatalogueRow | FailedRow],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        for stop in self._stops:
            remaining = iter(rows)
            super().run([next(remaining) for _ in range(stop)], on_batch, should_stop)
            raise StorageUnavailableError("The disk is full.")
        return super().run(rows, on_batch, should_stop)


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    with closing(MemoryStorage(ALGORITHM_VERSION)) as storage:
        yield storage


@contextmanager
def imports(
    folder: Path, storage: MemoryStorage, stops: Sequence[int] = ()
) -> Iterator[BackgroundImports]:
    """Imports that work as long as the block lasts."""
    loader = Loader(storage, stops)
    runner = BackgroundImports(folder, storage, loader, time.time, pause=0.01, kept=DAY)
    runner.open()
    with closing(runner):
        yield runner


def a_catalogue(numbers: Iterable[int]) -> bytes:
    return "".join(["id,image\n", *(f"{n},{n}.jpg\n" for n in numbers)]).encode()


def ids(storage: MemoryStorage) -> set[int]:
    return {int(product.entity_id) for product in storage.products.page(limit=1_000).products}


def counts(run: ImportRun) -> tuple[RunState, int, int, int]:
    return run.state, run.done, run.unchanged, run.deleted


def test_should_make_the_catalogue_equal_to_the_file(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    with imports(tmp_path, storage) as runner:
        ended(storage, runner.start(a_catalogue(range(40))).import_id)
        run = runner.start(a_catalogue(range(30, 60)), ALL)
        assert counts(ended(storage, run.import_id)) == (RunState.DONE, 20, 10, 30)
    assert ids(storage) == {*range(30, 60)}


def test_should_fail_with_the_reason_before_anything_changes(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    with imports(tmp_path, storage) as runner:
        ended(storage, runner.start(a_catalogue(range(40))).import_id)
        run = ended(storage, runner.start(a_catalogue(range(30, 60)), SyncOptions()).import_id)
        empty = ended(storage, runner.start(a_catalogue([]), ALL).import_id)
    assert counts(run) == (RunState.FAILED, 0, 0, 0)
    assert "delete 30 of 40 products (75 %), and may delete 10%" in run.detail
    assert (empty.state, "names no product" in empty.detail) == (RunState.FAILED, True)
    assert ids(storage) == {*range(40)}
    assert list(tmp_path.iterdir()) == []


def test_should_go_on_where_it_was(tmp_path: Path, storage: MemoryStorage) -> None:
    """Rows are not counted twice, and the limit counts from the catalogue as it then is."""
    with imports(tmp_path, storage) as runner:
        ended(storage, runner.start(a_catalogue(range(10))).import_id)
    most = SyncOptions(MaxDeletions(5))
    with imports(tmp_path, storage, stops=[7, 2, 11]) as runner:
        run = runner.start(a_catalogue(range(5, 40)), most)
        assert counts(ended(storage, run.import_id)) == (RunState.DONE, 30, 5, 5)
    assert ids(storage) == {*range(5, 40)}


def test_should_keep_to_its_scope(tmp_path: Path, storage: MemoryStorage) -> None:
    a, b = (FeedScope(frozenset({("seller", name)})) for name in "ab")
    with imports(tmp_path, storage) as runner:
        for scope, numbers in ((a, range(4)), (b, range(10, 14)), (a, range(2))):
            options = SyncOptions(ALL.max_deletions, scope)
            run = ended(storage, runner.start(a_catalogue(numbers), options).import_id)
            assert run.state is RunState.DONE
    assert ids(storage) == {0, 1, *range(10, 14)}


def test_should_say_what_it_would_do_and_change_nothing(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    feed = a_catalogue(range(30, 60))
    with imports(tmp_path, storage) as runner:
        ended(storage, runner.start(a_catalogue(range(40))).import_id)
        before = storage.events.last()
        run = ended(storage, runner.start(feed, replace(ALL, dry_run=True)).import_id)
        few = ended(storage, runner.start(feed, SyncOptions(dry_run=True)).import_id)
    assert (counts(run), run.dry_run) == ((RunState.DONE, 20, 10, 30), True)
    assert run.detail.startswith("30 products would be deleted: such as '0', '1', '10', ")
    assert few.state is RunState.FAILED
    assert "may delete 10%" in few.detail
    assert ids(storage) == {*range(40)}
    assert storage.events.last() == before, "no event tells of what has not happened"


def test_should_say_why_it_would_delete_nothing(tmp_path: Path, storage: MemoryStorage) -> None:
    feeds = {
        "1 product": b"id,image\n1,1.jpg\n",
        "": b"id,image\n1,1.jpg\n2,2.jpg\n",
        "cannot be read": b"id,image\n1,1.jpg\n7,7.jpg,,\n",
    }
    with imports(tmp_path, storage) as runner:
        ended(storage, runner.start(a_catalogue([1, 2])).import_id)
        for reason, feed in feeds.items():
            run = ended(storage, runner.start(feed, replace(ALL, dry_run=True)).import_id)
            assert run.deleted == reason.startswith("1")
            assert reason in run.detail
