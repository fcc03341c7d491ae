"""Accepts imports, and lets the state machine work on them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping

from typing_extensions import override

from lookalike.api.imports.runner import ImportRunner
from lookalike.aws.imports.files import ImportFiles, Source
from lookalike.aws.imports.runs import Attempt, ImportRuns
from lookalike.aws.state_machine import StateMachine
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import BadParameterError, StorageUnavailableError
from lookalike.storage.import_runs import ImportRun
from lookalike.storage.run_state import RunState


def _name(attempt: Attempt) -> str:
    return f"{attempt.run.import_id}-{attempt.number}"


class DeployedImports(ImportRunner):
    """Imports of a deployment.

    Args:
        files: the bucket of imports.
        runs: the runs.
        machine: works on them.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        files: ImportFiles,
        runs: ImportRuns,
        machine: StateMachine,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._files = files
        self._runs = runs
        self._machine = machine
        self._clock = clock

    @override
    def start(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        run = self._run(sync, on_duplicate, columns)
        return self._start(run, self._files.keep(run.import_id, catalogue))

    @override
    def start_from(
        self,
        source: str,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        run = self._run(sync, on_duplicate, columns)
        return self._start(run, self._files.find(source))

    @override
    def resume(self, import_id: str, *, retry_failed: bool = False) -> ImportRun:
        attempt = self._runs.get(import_id)
        if not self._runs.resume(attempt):
            raise BadParameterError("The import runs; only one that has ended can go on.")
        self._begin(import_id, retry_failed=retry_failed)
        return self._runs.get(import_id).run

    @override
    def cancel(self, import_id: str) -> ImportRun:
        attempt = self._runs.get(import_id)
        if self._runs.end(attempt, RunState.CANCELLED):
            self._machine.stop(_name(attempt))
        return self._runs.get(import_id).run

    def _run(
        self,
        sync: SyncOptions | None,
        on_duplicate: OnDuplicate | None,
        columns: Mapping[str, str] | None,
    ) -> ImportRun:
        run = ImportRun(
            uuid.uuid4().hex,
            self._clock(),
            on_duplicate=on_duplicate.value if on_duplicate else "",
            columns=columns or {},
        )
        return sync.stored_in(run) if sync else run

    def _start(self, run: ImportRun, source: Source) -> ImportRun:
        self._runs.create(run, source)
        self._begin(run.import_id, retry_failed=False)
        return self._runs.get(run.import_id).run

    def _begin(self, import_id: str, *, retry_failed: bool) -> None:
        """Start the state machine; a run that it does not work on has failed."""
        attempt = self._runs.get(import_id)
        try:
            self._machine.start(
                _name(attempt),
                {
                    "import_id": import_id,
                    "attempt": attempt.number,
                    "retry_failed": retry_failed,
                },
            )
        except StorageUnavailableError as error:
            self._runs.end(attempt, RunState.FAILED, error.detail)
            raise
