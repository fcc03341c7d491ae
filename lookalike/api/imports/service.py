"""Catalogue files as long-running operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lookalike.api.imports.runner import ImportRunner
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportState
from lookalike.storage.interfaces import ImportStore


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import, and how far it is.

    Attributes:
        run: as it is stored.
        seconds: how long the process that loads it now, or did last, has been at it.
    """

    run: ImportRun
    seconds: float

    @property
    def left(self) -> int | None:
        """Rows still to be looked at; ``None`` while the total is unknown."""
        return None if self.run.total is None else max(0, self.run.total - self.run.settled)

    @property
    def rows_per_second(self) -> float | None:
        """Since it began, or went on after a restart; ``None`` before the first row of that."""
        rows = self.run.settled - self.run.rows_before
        return rows / self.seconds if rows > 0 and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """At that rate; ``None`` while it is unknown, or where nothing goes on."""
        if self.run.state is not ImportState.RUNNING or self.left is None:
            return None
        return self.left / self.rows_per_second if self.rows_per_second else None


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Refused rows, and the row after which the next page begins (``None``: this is the last)."""

    failures: Sequence[FailedRow]
    next_after: int | None
    limit: int


class ManageImports:
    """Starts imports and says how they stand.

    Args:
        runner: loads catalogue files.
        imports: where it notes how far it is.
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
            CatalogueError: it cannot be read as a catalogue at all.
            TransientError: it cannot be taken on now.
        """
        return self._progress(self._runner.start(catalogue, filename))

    def get(self, import_id: str) -> ImportProgress:
        """How the import stands.

        Raises:
            UnknownImportError: there is none.
        """
        return self._progress(self._imports.get(import_id))

    def failures(self, import_id: str, after: int, limit: int) -> FailurePage:
        """One page of the rows that were refused: those with numbers above ``after``.

        Raises:
            UnknownImportError: there is none.
        """
        found = self._imports.failures(import_id, after=after, limit=limit + 1)
        page = found[:limit]
        return FailurePage(page, page[-1].row if len(found) > limit else None, limit)

    def _progress(self, run: ImportRun) -> ImportProgress:
        """Waiting for its turn, and for a service that was stopped, is no time at work."""
        until = self._clock() if run.finished_at is None else run.finished_at
        return ImportProgress(run, 0.0 if run.started_at is None else until - run.started_at)
