"""Starting and cancelling imports, and reading their progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lookalike.api.imports.runner import ImportRunner
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportState, ImportStore


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import run with its rate and its remaining time.

    Attributes:
        run: the run as it is stored.
        seconds: how long the current process, or else the last one, has worked on it.
    """

    run: ImportRun
    seconds: float

    @property
    def left(self) -> int | None:
        """Rows that are still to be read; ``None`` while the total is unknown."""
        return None if self.run.total is None else max(0, self.run.total - self.run.settled)

    @property
    def rows_per_second(self) -> float | None:
        """The rate since the start or the last restart; ``None`` before the first row."""
        rows = self.run.settled - self.run.rows_before
        return rows / self.seconds if rows > 0 and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """The time to the end at that rate; ``None`` if the rate is unknown or the run ended."""
        if self.run.state is not ImportState.RUNNING or self.left is None:
            return None
        return self.left / self.rows_per_second if self.rows_per_second else None


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

    def start(self, catalogue: bytes, filename: str) -> ImportProgress:
        """Begin to load a catalogue file.

        Raises:
            CatalogueError: the file cannot be read as a catalogue.
            TransientError: the file cannot be accepted now.
        """
        return self._progress(self._runner.start(catalogue, filename))

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

    def failures(self, import_id: str, after: int, limit: int) -> FailurePage:
        """A page of refused rows, beginning with the first number above ``after``.

        Raises:
            UnknownImportError: there is no import with this id.
        """
        found = self._imports.failures(import_id, after=after, limit=limit + 1)
        page = found[:limit]
        return FailurePage(page, page[-1].row if len(found) > limit else None, limit)

    def _progress(self, run: ImportRun) -> ImportProgress:
        """The run with its working time, which leaves out waiting and stops of the service."""
        until = self._clock() if run.finished_at is None else run.finished_at
        return ImportProgress(run, 0.0 if run.started_at is None else until - run.started_at)
