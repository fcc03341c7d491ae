"""Starting and cancelling imports, and reading their progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lookalike.api.imports.runner import ImportRunner
from lookalike.api.progress import Progress, seconds_worked
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportStore
from lookalike.storage.run_state import RunState

ImportProgress = Progress[ImportRun]
"""Of rows."""


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Refused rows, and the row after which the next page begins (``None`` on the last page)."""

    failures: Sequence[FailedRow]
    next_after: int | None
    limit: int


class ManageImports:
    """Starts and cancels imports, and reads their progress.

    Args:
        runner: loads catalogue files.
        imports: the store in which the runner keeps its progress.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, runner: ImportRunner, imports: ImportStore, clock: Callable[[], float]
    ) -> None:
        self._runner = runner
        self._imports = imports
        self._clock = clock

    def start(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportProgress:
        """Begin to load a catalogue file, and with ``sync`` to delete what it does not name.

        With ``on_duplicate``, products are checked before they are stored; ``columns`` says what
        its columns are whose names do not tell.

        Raises:
            BadParameterError: they are to be checked, and that is not done here.
            CatalogueError: the file cannot be read as a catalogue.
            TransientError: the file cannot be accepted now.
        """
        return self._progress(self._runner.start(catalogue, sync, on_duplicate, columns))

    def start_from(
        self,
        source: str,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportProgress:
        """Begin to load a catalogue file that is elsewhere; as ``start`` otherwise.

        Raises:
            BadParameterError: nothing is there, or files are not read from elsewhere here.
            TransientError: the file cannot be accepted now.
        """
        return self._progress(self._runner.start_from(source, sync, on_duplicate, columns))

    def resume(self, import_id: str, *, retry_failed: bool) -> ImportProgress:
        """Go on with an import that has ended, and with ``retry_failed`` with refused rows, too.

        Raises:
            BadParameterError: it has not ended, or imports are not resumed here.
            TransientError: it cannot be resumed now.
            UnknownImportError: there is no import with this id.
        """
        self._imports.get(import_id)
        return self._progress(self._runner.resume(import_id, retry_failed=retry_failed))

    def cancel(self, import_id: str) -> ImportProgress:
        """End an import, unless it has ended already; products that it has loaded stay.

        Raises:
            UnknownImportError: there is no import with this id.
        """
        return self._progress(self._runner.cancel(import_id))

    def get(self, import_id: str) -> ImportProgress:
        """The progress of an import.

        Raises:
            UnknownImportError: there is no import with this id.
        """
        return self._progress(self._imports.get(import_id))

    def newest(self, limit: int) -> list[ImportProgress]:
        """The progress of the imports that were started last, the newest first."""
        return [self._progress(run) for run in self._imports.newest(limit)]

    def failures(self, import_id: str, after: int, limit: int) -> FailurePage:
        """A page of refused rows, beginning with the first number above ``after``.

        Raises:
            UnknownImportError: there is no import with this id.
        """
        found = self._imports.failures(import_id, after=after, limit=limit + 1)
        page = found[:limit]
        return FailurePage(page, page[-1].row if len(found) > limit else None, limit)

    def _progress(self, run: ImportRun) -> ImportProgress:
        seconds = seconds_worked(run.started_at, run.finished_at, self._clock())
        is_running = run.state is RunState.RUNNING
        return Progress(run, run.total, run.settled, run.rows_before, is_running, seconds)
