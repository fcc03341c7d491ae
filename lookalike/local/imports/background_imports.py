"""Loads catalogue files that were sent to the service, one after the other, in the background."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path

from typing_extensions import override

from lookalike.api.imports.runner import ImportRunner
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.arrival import ArrivalPolicy
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import BadParameterError, PermanentError
from lookalike.http.problems import ImportQueueFullError
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.finished_event import finished_events
from lookalike.imports.kept_failures import shortened
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.imports.catalogue_files import CatalogueFiles
from lookalike.local.imports.synced_file import SyncedFile
from lookalike.local.overload.caller import current_caller
from lookalike.local.run_thread import PAUSE, RunThread
from lookalike.local.sweep import sweep
from lookalike.storage.import_runs import FailedRow, ImportMode, ImportRun
from lookalike.storage.interfaces import Storage
from lookalike.storage.run_state import RunState

MAX_IMPORTS = 16
"""Imports that may run or wait; the file of each, of up to 30 MB, is kept meanwhile."""
MAX_FAILURES = 10_000
"""Refused rows of an import that are kept, the first ones; the others are only counted."""

log = logging.getLogger("lookalike.imports")


class BackgroundImports(ImportRunner):
    """Loads catalogues in a thread, which also sweeps pictures and old runs.

    It sweeps at its start and after each import.

    With mode ``sync``, it then deletes the products that a file does not name.

    A file is kept until its import has ended, and each batch is counted in the transaction that
    writes it. So an import goes on exactly where it was after a stop or a crash.

    Args:
        folder: holds the files meanwhile.
        storage: receives the products and pictures.
        loader: loads the rows.
        clock: seconds since the epoch (UTC).
        pause: seconds until an import is tried again that a transient error has stopped.
        kept: seconds that runs are kept after their end.
        policy: builds what checks products before they are stored; ``None``: nothing is checked.
    """

    def __init__(  # noqa: PLR0913 - two of them are times
        self,
        folder: Path,
        storage: Storage,
        loader: CatalogueImport,
        clock: Callable[[], float],
        pause: float = PAUSE,
        *,
        kept: float,
        policy: Callable[[OnDuplicate], ArrivalPolicy] | None = None,
    ) -> None:
        self._policy = policy
        self._kept = kept
        self._accepting = threading.Lock()
        self._cancelled = set[str]()
        self._refused_images = Counter[str]()
        self._files = CatalogueFiles(folder)
        self._storage = storage
        self._loader = loader
        self._clock = clock
        self._thread = RunThread("imports", self._load, self._give_up, self._sweep, pause)

    def open(self) -> None:
        """Start the thread, beginning with imports that an earlier process left."""
        running = self._storage.imports.running()
        self._files.remove_all_but([run.import_id for run in running])
        for run in running:
            self._storage.imports.put(replace(run, started_at=None, rows_before=run.settled))
        self._thread.open(run.import_id for run in running)

    def close(self) -> None:
        """Stop after the batch that is being written; the next ``open`` goes on from there."""
        self._thread.close()

    @override
    def start(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        if on_duplicate and self._policy is None:
            raise BadParameterError("Imports are not checked here: leave out check.")
        self._refuse_too_many()  # before the rows are counted
        total = sum(1 for _ in CatalogueReader(BytesIO(catalogue), columns))
        run = ImportRun(uuid.uuid4().hex, self._clock(), total=total, columns=columns or {})
        if sync:
            run = sync.stored_in(run)
        if on_duplicate:
            run = replace(run, on_duplicate=on_duplicate.value)
        with self._accepting:
            current_caller().require()  # nobody would know of it
            self._refuse_too_many()
            self._files.keep(run.import_id, catalogue)
            self._storage.imports.put(run)
        self._thread.put(run.import_id)
        return run

    @override
    def cancel(self, import_id: str) -> ImportRun:
        with self._storage.transaction():
            run = self._storage.imports.get(import_id)
            if run.state is RunState.RUNNING:
                run = self._ended(run, RunState.CANCELLED)
                self._cancelled.add(import_id)
        return run

    def _refuse_too_many(self) -> None:
        if len(self._storage.imports.running()) >= MAX_IMPORTS:
            raise ImportQueueFullError(
                f"{MAX_IMPORTS} imports run or wait already. Send this one when some have ended, "
                "or cancel one with DELETE /imports/{id}."
            )

    def _sweep(self) -> None:
        try:
            now = self._clock()
            sweep(self._storage, now)
            self._storage.imports.sweep(now - self._kept)
        except Exception:
            log.exception("The sweep has failed.")

    def _give_up(self, import_id: str) -> None:
        self._end(import_id, RunState.FAILED)

    def _load(self, import_id: str) -> None:
        run = self._begin(import_id)
        try:
            if run.state is not RunState.RUNNING or self._load_file(run):
                self._end(import_id, RunState.DONE)
        except PermanentError as error:
            self._end(import_id, RunState.FAILED, error.detail)

    def _begin(self, import_id: str) -> ImportRun:
        """Store when and from which row on it is loaded; the rate is counted from there."""
        with self._storage.transaction():
            run = self._storage.imports.get(import_id)
            if run.state is RunState.RUNNING:
                run = replace(run, started_at=self._clock(), rows_before=run.settled)
                self._storage.imports.put(run)
        return run

    def _load_file(self, run: ImportRun) -> bool:
        """Load what is left of a file; return whether the import is over."""
        with self._files.path(run.import_id).open("rb") as file:
            if run.mode is ImportMode.SYNC:
                ended = self._synced(run).sync(file)
            else:
                ended = self._load_rows(run, CatalogueReader(file, run.columns))
        return ended or run.import_id in self._cancelled

    def _synced(self, run: ImportRun) -> SyncedFile:
        return SyncedFile(
            run,
            self._storage,
            StorageTarget(self._storage, self._loader, self._clock),
            partial(self._load_rows, run),
            partial(self._note, run.import_id),
            partial(self._is_stopped, run),
        )

    def _load_rows(self, run: ImportRun, rows: Iterable[CatalogueRow | FailedRow]) -> bool:
        """Load the rows that are left; return whether the end was reached."""
        left = islice(rows, run.settled, None)
        note, loader = partial(self._note, run.import_id), self._loader
        if run.on_duplicate and self._policy:
            loader = loader.checking(self._policy(OnDuplicate(run.on_duplicate)))
        return loader.run(left, note, partial(self._is_stopped, run))

    def _is_stopped(self, run: ImportRun) -> bool:
        return self._thread.is_stopping() or run.import_id in self._cancelled

    def _note(self, import_id: str, batch: Batch) -> None:
        """Count a batch, within the transaction that writes it."""
        run = self._storage.imports.get(import_id)
        self._storage.imports.put(
            replace(
                run,
                done=run.done + batch.done,
                unchanged=run.unchanged + batch.unchanged,
                failed=run.failed + len(batch.failures),
            )
        )
        room = max(0, MAX_FAILURES - run.failed - self._refused_images[import_id])
        kept = [shortened(failure) for failure in batch.refused[:room]]
        self._storage.imports.add_failures(import_id, kept)
        self._refused_images[import_id] += len(batch.refused_images)

    def _end(self, import_id: str, state: RunState, detail: str = "") -> None:
        """Store the end, unless the import was cancelled, and remove the file."""
        with self._storage.transaction():
            run = self._storage.imports.get(import_id)
            if run.state is RunState.RUNNING:
                self._ended(replace(run, detail=detail or run.detail), state)
        self._cancelled.discard(import_id)
        self._refused_images.pop(import_id, None)
        self._files.remove(import_id)

    def _ended(self, run: ImportRun, state: RunState) -> ImportRun:
        """Store the end of a run, and tell it."""
        now = self._clock()
        run = replace(run, state=state, finished_at=now)
        self._storage.imports.put(run)
        self._storage.events.add(finished_events(run, now))
        return run
