"""Loads catalogue files that were sent to the service, one after the other, in the background."""

from __future__ import annotations

import logging
import os
import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path

from typing_extensions import override

from lookalike.api.imports.runner import ImportRunner
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import StorageUnavailableError, TransientError
from lookalike.local.imports.batch import Batch
from lookalike.local.imports.catalogue_import import CatalogueImport
from lookalike.local.sweep import sweep
from lookalike.storage.import_runs import ImportRun, ImportState
from lookalike.storage.interfaces import Storage

PAUSE = 5.0
"""Seconds until an import is tried again, such as after the disk was full."""

log = logging.getLogger("lookalike.imports")


class BackgroundImports(ImportRunner):
    """Loads catalogues in a thread, which also sweeps pictures at its start and after each import.

    A file is kept until its import has ended, and each batch is counted in the transaction that
    writes it. So an import goes on exactly where it was after a stop or a crash.

    Args:
        folder: holds the files meanwhile.
        storage: receives the products and pictures.
        loader: loads the rows.
        clock: seconds since the epoch (UTC).
        pause: seconds until an import is tried again that a transient error has stopped.
    """

    def __init__(
        self,
        folder: Path,
        storage: Storage,
        loader: CatalogueImport,
        clock: Callable[[], float],
        pause: float = PAUSE,
    ) -> None:
        self._pause = pause
        self._folder = folder
        self._storage = storage
        self._loader = loader
        self._clock = clock
        self._stopping = threading.Event()
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="imports", daemon=True)

    def open(self) -> None:
        """Start the thread, beginning with imports that an earlier process left."""
        running = self._storage.imports.running()
        self._remove_files_but([run.import_id for run in running])
        for run in running:
            self._storage.imports.put(replace(run, started_at=None, rows_before=run.settled))
            self._waiting.put(run.import_id)
        self._thread.start()

    def _remove_files_but(self, import_ids: Sequence[str]) -> None:
        """Remove files without an import, which a crash has left."""
        kept = {self._file(import_id) for import_id in import_ids}
        for path in self._folder.glob("*.*"):
            if path not in kept:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop after the batch that is being written; the next ``open`` goes on from there."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join()

    @override
    def start(self, catalogue: bytes, filename: str) -> ImportRun:
        total = sum(1 for _ in CatalogueReader(BytesIO(catalogue)))
        run = ImportRun(uuid.uuid4().hex, created_at=self._clock(), total=total)
        self._keep(run.import_id, catalogue)
        self._storage.imports.put(run)
        self._waiting.put(run.import_id)
        return run

    def _keep(self, import_id: str, catalogue: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self._file(import_id), catalogue)
        except OSError as error:
            log.warning("A catalogue cannot be kept: %s", error)
            raise StorageUnavailableError(
                "The catalogue cannot be kept now: the disk is full or cannot be written."
            ) from error

    def _file(self, import_id: str) -> Path:
        return self._folder / f"{import_id}.csv"

    def _work(self) -> None:
        self._sweep()
        while (import_id := self._waiting.get()) is not None and not self._stopping.is_set():
            if not self._settle(import_id):
                self._stopping.wait(self._pause)
                self._waiting.put(import_id)
            elif not self._stopping.is_set():
                self._sweep()

    def _sweep(self) -> None:
        try:
            sweep(self._storage, self._clock())
        except Exception:
            log.exception("The sweep has failed.")

    def _settle(self, import_id: str) -> bool:
        """Load a catalogue; return whether the import has ended, successfully or not."""
        try:
            self._load(import_id)
        except TransientError as error:
            log.warning("Import %s waits: %s", import_id, error.detail)
            return False
        except Exception:
            log.exception("Import %s has failed.", import_id)
            return self._give_up(import_id)
        return True

    def _give_up(self, import_id: str) -> bool:
        try:
            self._end(import_id, ImportState.FAILED)
        except Exception:
            log.exception("The failure of import %s cannot be stored.", import_id)
            return False
        return True

    def _load(self, import_id: str) -> None:
        run = self._begin(import_id)
        with self._file(import_id).open("rb") as file:
            rows = islice(CatalogueReader(file), run.settled, None)
            ended = self._loader.run(
                rows, lambda batch: self._note(import_id, batch), self._stopping.is_set
            )
        if ended:
            self._end(import_id, ImportState.DONE)

    def _begin(self, import_id: str) -> ImportRun:
        """Store when and from which row on it is loaded; the rate is counted from there."""
        with self._storage.transaction():
            run = self._storage.imports.get(import_id)
            run = replace(run, started_at=self._clock(), rows_before=run.settled)
            self._storage.imports.put(run)
        return run

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
        self._storage.imports.add_failures(import_id, batch.failures)

    def _end(self, import_id: str, state: ImportState) -> None:
        run = self._storage.imports.get(import_id)
        self._storage.imports.put(replace(run, state=state, finished_at=self._clock()))
        with suppress(OSError):  # what stays is removed at the next start
            self._file(import_id).unlink(missing_ok=True)


def _write_whole(path: Path, content: bytes) -> None:
    """Write the whole file or nothing, even if the process crashes."""
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
