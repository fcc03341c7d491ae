"""Imports can be cancelled, and neither their number nor what they leave grows without limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.errors import UnknownImportError
from lookalike.http.problems import DeadlineError, ImportQueueFullError
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.imports import background_imports
from lookalike.local.imports.background_imports import MAX_IMPORTS, BackgroundImports
from lookalike.local.overload.caller import Caller, working_for
from lookalike.local.settings import DAY
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.run_state import RunState
from tests.unit.imports.instant_pool import Files, InstantPool
from tests.unit.local.imports.test_background_imports import ended, wait_until

CATALOGUE = b"entity_id,image_url\n1,1.jpg\n2,NULL\n3,3.jpg\n"


class Slow(CatalogueImport):
    """Loads one row, and then waits until the test lets it go on or it is to stop."""

    def __init__(self, storage: MemoryStorage) -> None:
        super().__init__(storage, Files(), InstantPool(), time.time)
        self.go_on = threading.Event()
        self.stopped: list[bool] = []

    @override
    def run(
        self,
        rows: Iterable[CatalogueRow | FailedRow],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        for row in rows:
            on_batch(Batch(failures=(row,)) if isinstance(row, FailedRow) else Batch(done=1))
            while not self.go_on.wait(0.005):
                if should_stop():
                    self.stopped.append(True)
                    return False
        return True


@pytest.fixture
def loader(storage: MemoryStorage) -> Slow:
    return Slow(storage)


@pytest.fixture
def runner(tmp_path: Path, storage: MemoryStorage, loader: Slow) -> Iterator[BackgroundImports]:
    with closing(BackgroundImports(tmp_path, storage, loader, time.time, kept=DAY)) as imports:
        imports.open()
        yield imports


def _has_begun(storage: MemoryStorage, run: ImportRun) -> bool:
    return storage.imports.get(run.import_id).done == 1


def test_a_running_import_should_end_when_it_is_cancelled(
    tmp_path: Path, storage: MemoryStorage, loader: Slow, runner: BackgroundImports
) -> None:
    """What it has loaded counts, its file is removed, and the next one begins."""
    run, second = runner.start(CATALOGUE), runner.start(CATALOGUE)
    wait_until(lambda: _has_begun(storage, run))
    cancelled = runner.cancel(run.import_id)
    assert (cancelled.state, cancelled.done) == (RunState.CANCELLED, 1)
    assert cancelled.finished_at is not None
    wait_until(lambda: _has_begun(storage, second))
    assert (storage.imports.get(run.import_id), loader.stopped) == (cancelled, [True])
    loader.go_on.set()
    assert ended(storage, second.import_id).state is RunState.DONE
    wait_until(lambda: list(tmp_path.iterdir()) == [])


def test_a_waiting_import_should_never_begin_once_it_is_cancelled(
    storage: MemoryStorage, loader: Slow, runner: BackgroundImports
) -> None:
    first, waiting, last = (runner.start(CATALOGUE) for _ in range(3))
    runner.cancel(waiting.import_id)
    loader.go_on.set()
    assert ended(storage, first.import_id).state is RunState.DONE
    assert ended(storage, last.import_id).state is RunState.DONE
    cancelled = storage.imports.get(waiting.import_id)
    assert (cancelled.state, cancelled.settled) == (RunState.CANCELLED, 0)
    assert cancelled.started_at is None


def test_a_cancelled_import_should_not_go_on_after_a_restart(
    tmp_path: Path, storage: MemoryStorage, loader: Slow
) -> None:
    """The service was killed before the thread noticed."""
    run = BackgroundImports(tmp_path, storage, loader, time.time, kept=DAY).start(CATALOGUE)
    stopped = BackgroundImports(tmp_path, storage, loader, time.time, kept=DAY)
    stopped.cancel(run.import_id)
    loader.go_on.set()
    with closing(BackgroundImports(tmp_path, storage, loader, time.time, kept=DAY)) as again:
        again.open()
        assert list(tmp_path.iterdir()) == []
        second = again.start(CATALOGUE)
        assert ended(storage, second.import_id).state is RunState.DONE
    assert storage.imports.get(run.import_id).settled == 0


def test_an_import_that_has_ended_should_stay_as_it_is(
    storage: MemoryStorage, loader: Slow, runner: BackgroundImports
) -> None:
    loader.go_on.set()
    done = ended(storage, runner.start(CATALOGUE).import_id)
    assert runner.cancel(done.import_id) == done
    with pytest.raises(UnknownImportError):
        runner.cancel("nobody")


def test_an_import_should_not_be_accepted_when_nobody_waits_for_the_answer(
    tmp_path: Path, storage: MemoryStorage, runner: BackgroundImports
) -> None:
    """Whoever was told that it is too late sends it again."""
    caller = Caller()
    caller.give_up(DeadlineError("The request takes too long."))
    with working_for(caller), pytest.raises(DeadlineError):
        runner.start(CATALOGUE)
    assert (storage.imports.running(), list(tmp_path.iterdir())) == ([], [])


def test_too_many_imports_should_be_refused_until_one_has_ended(
    tmp_path: Path, storage: MemoryStorage, runner: BackgroundImports
) -> None:
    runs = [runner.start(CATALOGUE) for _ in range(MAX_IMPORTS)]
    with pytest.raises(ImportQueueFullError, match="DELETE /imports"):
        runner.start(CATALOGUE)
    assert len(storage.imports.running()) == len(list(tmp_path.iterdir())) == MAX_IMPORTS
    runner.cancel(runs[-1].import_id)
    assert runner.start(CATALOGUE).state is RunState.RUNNING


def test_the_first_refused_rows_should_be_kept_and_all_be_counted(
    storage: MemoryStorage,
    loader: Slow,
    runner: BackgroundImports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background_imports, "MAX_FAILURES", 5)
    loader.go_on.set()
    run = runner.start(b"entity_id,image_url\n" + b"x,NULL\ny,NULL\n" * 10)
    assert ended(storage, run.import_id).failed == 20
    rows = [failure.row for failure in storage.imports.failures(run.import_id)]
    assert rows == [2, 3, 4, 5, 6]


def test_long_cells_of_refused_rows_should_be_cut(
    storage: MemoryStorage, loader: Slow, runner: BackgroundImports
) -> None:
    loader.go_on.set()
    cells = b"e" * 100_000 + b"," + b"u" * 100_000
    run = runner.start(b"entity_id,image_url\n" + cells + b"\n")
    ended(storage, run.import_id)
    [failure] = storage.imports.failures(run.import_id)
    assert (failure.entity_id, failure.image_url) == ("e" * 256, "u" * 4096)
    assert failure.code == "row_refused"


def test_old_runs_should_be_removed(tmp_path: Path, storage: MemoryStorage, loader: Slow) -> None:
    now = time.time()
    done = ImportRun("old", now - 3 * DAY, RunState.DONE, now - 2 * DAY)
    storage.imports.put(done)
    storage.imports.put(replace(done, import_id="new", finished_at=now - DAY / 2))
    with closing(BackgroundImports(tmp_path, storage, loader, time.time, kept=DAY)) as imports:
        imports.open()
        loader.go_on.set()
        ended(storage, imports.start(CATALOGUE).import_id)
    with pytest.raises(UnknownImportError):
        storage.imports.get("old")
    assert storage.imports.get("new").state is RunState.DONE
