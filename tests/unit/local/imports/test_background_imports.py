"""Imports in the background: what they note, and what they do when something is away."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from lookalike.api.imports.service import ManageImports
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.catalogue.wanted_columns import ColumnsError
from lookalike.errors import (
    BadParameterError,
    CatalogueError,
    StorageUnavailableError,
)
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.imports.background_imports import BackgroundImports
from lookalike.local.settings import DAY
from lookalike.local.sweep import UNSEEN
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.run_state import RunState
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.imports.instant_pool import Files, InstantPool

CATALOGUE = b"entity_id,image_url\n1,1.jpg\n2,NULL\n3,3.jpg\n"


class Loader(CatalogueImport):
    """Calls every row done, one a batch, after it has raised what it was told to."""

    def __init__(self, storage: MemoryStorage, errors: Iterable[Exception]) -> None:
        super().__init__(storage, Files(), InstantPool(), time.time)
        self.errors = iter(errors)

    def run(
        self,
        rows: Iterable[CatalogueRow | FailedRow],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        for row in rows:
            if should_stop():
                return False
            on_batch(Batch(failures=(row,)) if isinstance(row, FailedRow) else Batch(done=1))
            for error in self.errors:
                raise error
        return True


@contextmanager
def imports(
    folder: Path, storage: MemoryStorage, *errors: Exception
) -> Iterator[BackgroundImports]:
    """Imports that work as long as the block lasts."""
    runner = BackgroundImports(
        folder, storage, Loader(storage, errors), time.time, pause=0.01, kept=DAY
    )
    runner.open()
    try:
        yield runner
    finally:
        runner.close()


def ended(storage: MemoryStorage, import_id: str) -> ImportRun:
    """The run, when it has ended."""
    for _ in range(6_000):
        if (run := storage.imports.get(import_id)).state is not RunState.RUNNING:
            return run
        time.sleep(0.01)
    raise AssertionError("it does not end")


def counts(run: ImportRun) -> tuple[RunState, int | None, int, int]:
    """State, rows, done and failed."""
    return run.state, run.total, run.done, run.failed


def test_should_load_and_remove_the_file(tmp_path: Path, storage: MemoryStorage) -> None:
    with imports(tmp_path, storage) as runner:
        run = runner.start(CATALOGUE)
        assert counts(ended(storage, run.import_id)) == (RunState.DONE, 3, 2, 1)
    [failure] = storage.imports.failures(run.import_id)
    assert (failure.row, failure.code) == (3, "no_picture")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sync", [None, SyncOptions()])
def test_should_read_the_columns_that_are_named(
    tmp_path: Path, storage: MemoryStorage, sync: SyncOptions | None
) -> None:
    catalogue, wanted = b"Nr,Bild\n1,1.jpg\n", {"entity_id": "Nr", "image_url": "Bild"}
    with imports(tmp_path, storage) as runner:
        with pytest.raises(ColumnsError, match="no column 'Foto'"):
            runner.start(catalogue, sync, None, wanted | {"image_url": "Foto"})
        run = runner.start(catalogue, sync, None, wanted)
        assert counts(ended(storage, run.import_id)) == (RunState.DONE, 1, 1, 0)


def test_should_wait_for_what_is_away_and_go_on_there(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    away = [StorageUnavailableError("The disk is full.")] * 2
    with imports(tmp_path, storage, *away) as runner:
        run = runner.start(CATALOGUE)
        assert counts(ended(storage, run.import_id)) == (RunState.DONE, 3, 2, 1)


def test_should_load_all_rows_while_the_clock_jumps(tmp_path: Path, storage: MemoryStorage) -> None:
    """By a day and an hour, back and forth, whenever it is looked at."""
    jumps = cycle([0.0, DAY, -DAY, 3_600.0, -3_600.0])
    clock = lambda: 1_000_000.0 + next(jumps)  # noqa: E731
    runner = BackgroundImports(
        tmp_path, storage, Loader(storage, []), clock, pause=0.01, kept=30 * DAY
    )
    runner.open()
    try:
        runs = [runner.start(CATALOGUE) for _ in range(5)]
        told = [counts(ended(storage, run.import_id)) for run in runs]
        shown = [ManageImports(runner, storage.imports, clock).get(r.import_id) for r in runs]
    finally:
        runner.close()
    assert told == [(RunState.DONE, 3, 2, 1)] * 5
    assert all(one.per_second is None or one.per_second > 0 for one in shown)


def test_a_failure_that_nobody_foresaw_should_end_one_import_only(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    with imports(tmp_path, storage, ZeroDivisionError()) as runner:
        first, second = runner.start(CATALOGUE), runner.start(CATALOGUE)
        assert ended(storage, first.import_id).state is RunState.FAILED
        assert ended(storage, second.import_id).state is RunState.DONE


def test_a_file_that_cannot_be_kept_should_be_refused_for_now(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    (tmp_path / "imports").touch()
    runner = BackgroundImports(
        tmp_path / "imports", storage, Loader(storage, ()), time.time, kept=DAY
    )
    with pytest.raises(StorageUnavailableError, match="cannot be kept now"):
        runner.start(CATALOGUE)
    assert storage.imports.running() == []


def test_a_full_disk_should_keep_no_half_of_a_file(
    tmp_path: Path, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with imports(tmp_path, storage) as runner, pytest.raises(StorageUnavailableError):
        runner.start(CATALOGUE)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_that_cannot_be_noted_should_not_end_the_thread(
    tmp_path: Path, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is noted as soon as it can be, and other imports go on meanwhile."""
    put = storage.imports.put
    errors = iter([ZeroDivisionError(), PermissionError()])

    def put_sometimes(run: ImportRun) -> None:
        if run.state is RunState.FAILED:
            for error in errors:
                raise error
        put(run)

    monkeypatch.setattr(storage.imports, "put", put_sometimes)
    storage.imports.put(ImportRun("lost", created_at=1.0, total=3))
    with imports(tmp_path, storage) as runner:
        second = runner.start(CATALOGUE)
        assert ended(storage, second.import_id).state is RunState.DONE
        assert ended(storage, "lost").state is RunState.FAILED


def test_what_is_no_catalogue_should_leave_nothing(tmp_path: Path, storage: MemoryStorage) -> None:
    with imports(tmp_path, storage) as runner, pytest.raises(CatalogueError):
        runner.start(b"a,b\n")
    assert storage.imports.running() == []
    assert list(tmp_path.iterdir()) == []


def test_should_say_what_to_do_instead_of_what_is_done_on_aws_alone(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    storage.imports.put(ImportRun("r", 0, RunState.CANCELLED))
    with imports(tmp_path, storage) as runner:
        with pytest.raises(BadParameterError, match="send the file"):
            runner.start_from("s3://bucket/shop.csv")
        with pytest.raises(BadParameterError, match="send the file again"):
            runner.resume("r")


def test_should_remove_files_that_no_import_owns(tmp_path: Path, storage: MemoryStorage) -> None:
    (tmp_path / "0123.csv").write_bytes(CATALOGUE)
    (tmp_path / "4567.part").write_bytes(CATALOGUE)
    with imports(tmp_path, storage):
        assert list(tmp_path.iterdir()) == []


def test_an_import_whose_file_is_lost_should_fail(tmp_path: Path, storage: MemoryStorage) -> None:
    storage.imports.put(ImportRun("lost", created_at=1.0, total=3))
    with imports(tmp_path, storage):
        assert ended(storage, "lost").state is RunState.FAILED


def test_the_rate_should_count_from_where_it_is_gone_on_with(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    """Neither the queue nor the time when no service ran is time at work."""
    storage.imports.put(
        ImportRun("r", created_at=1.0, total=3, done=1, failed=1, started_at=2.0, rows_before=0)
    )
    (tmp_path / "r.csv").write_bytes(CATALOGUE)
    before = time.time()
    with imports(tmp_path, storage):
        run = ended(storage, "r")
    assert counts(run) == (RunState.DONE, 3, 2, 1)
    assert run.rows_before == 2
    assert run.started_at is not None
    assert run.started_at >= before


def test_what_waits_for_its_turn_should_not_have_begun(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    runner = BackgroundImports(tmp_path, storage, Loader(storage, ()), time.time, kept=DAY)
    run = runner.start(CATALOGUE)
    assert (run.started_at, run.rows_before) == (None, 0)


def test_pictures_that_nothing_shows_should_go_after_a_day(
    tmp_path: Path, storage: MemoryStorage
) -> None:
    """At the start and after every import; what is shown or fresh stays."""
    now = int(time.time())
    old, fresh = now - UNSEEN - 60, now - UNSEEN + 600
    storage.products.put_many([a_product(1)])
    storage.pictures.put_many([a_picture(n, last_seen=old) for n in (1, 2)])
    storage.pictures.put_many([a_picture(3, last_seen=fresh)])
    with imports(tmp_path, storage) as runner:
        wait_until(lambda: storage.pictures.count() == 2)
        storage.products.delete(a_product(1).entity_id)
        runner.start(CATALOGUE)
        wait_until(lambda: storage.pictures.count() == 1)
    assert storage.pictures.get_many([a_fingerprint_id(3)])


@pytest.mark.parametrize("error", [StorageUnavailableError("Full."), ZeroDivisionError()])
def test_a_sweep_that_fails_should_end_nothing(
    tmp_path: Path, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_before: int) -> int:
        raise error

    monkeypatch.setattr(storage.pictures, "sweep", fail)
    with imports(tmp_path, storage) as runner:
        run = runner.start(CATALOGUE)
        assert ended(storage, run.import_id).state is RunState.DONE


def wait_until(condition: Callable[[], bool]) -> None:
    """Until it is met."""
    for _ in range(6_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it is never met")
