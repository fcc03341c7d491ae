"""Import runs and their failed rows, and the interface of the store that keeps them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ImportState(StrEnum):
    """The state of an import run."""

    RUNNING = "running"
    DONE = "done"
    """Every row was processed; some of them may have failed."""
    FAILED = "failed"
    """The catalogue itself could not be read to its end."""
    STOPPED = "stopped"
    """The run was interrupted; it continues when the same import is started again."""
    CANCELLED = "cancelled"
    """Somebody has ended the run; what it had loaded stays."""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One catalogue import.

    Attributes:
        import_id: unique key, not empty.
        created_at: seconds since the epoch (UTC).
        finished_at: seconds since the epoch (UTC); ``None`` until the run has ended.
        total: rows of the catalogue; ``None`` until known.
        done: rows that were created or replaced.
        failed: rows that were refused.
        unchanged: rows that were there already.
        started_at: seconds since the epoch (UTC) when the current process, or the last one, began
            or continued the run; ``None`` while it waits for its turn.
        rows_before: rows that were settled before ``started_at``.
    """

    import_id: str
    created_at: float
    state: ImportState = ImportState.RUNNING
    finished_at: float | None = None
    total: int | None = None
    done: int = 0
    failed: int = 0
    unchanged: int = 0
    started_at: float | None = None
    rows_before: int = 0

    @property
    def settled(self) -> int:
        """Rows that were processed."""
        return self.done + self.unchanged + self.failed


@dataclass(frozen=True, slots=True)
class FailedRow:
    """One row of a catalogue that did not become a product.

    Attributes:
        row: number of the row in the catalogue.
        entity_id: the row's entity id, if it has one.
        image_url: the row's address of a picture, if it has one.
        code: code of the error, for programs.
        detail: sentence about the error, for people.
    """

    row: int
    entity_id: str | None
    image_url: str | None
    code: str
    detail: str


class ImportStore(ABC):
    """Import runs and their failed rows."""

    @abstractmethod
    def put(self, run: ImportRun) -> None:
        """Create or replace a run; its failed rows stay."""

    @abstractmethod
    def get(self, import_id: str) -> ImportRun:
        """The run.

        Raises:
            UnknownImportError: there is no run of that id.
        """

    @abstractmethod
    def running(self) -> list[ImportRun]:
        """The runs in state ``running``, oldest first: a restart continues or stops them."""

    @abstractmethod
    def add_failures(self, import_id: str, rows: Sequence[FailedRow]) -> None:
        """Append failed rows. A row with the same number is replaced.

        Raises:
            UnknownImportError: there is no run of that id.
        """

    @abstractmethod
    def failures(self, import_id: str, *, after: int = -1, limit: int = 100) -> list[FailedRow]:
        """The first ``limit`` failed rows whose number is greater than ``after``, ascending.

        Raises:
            UnknownImportError: there is no run of that id.
        """

    @abstractmethod
    def sweep(self, finished_before: float) -> int:
        """Remove runs that ended before this time, with their failed rows; how many runs.

        Args:
            finished_before: seconds since the epoch (UTC).
        """
