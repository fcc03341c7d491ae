"""Import runs and their failed rows, and the interface of the store that keeps them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lookalike.storage.run_state import RunState


class ImportMode(StrEnum):
    """What an import does with products that its file does not name."""

    IMPORT = "import"
    """They stay."""
    SYNC = "sync"
    """They are deleted, when all rows are loaded."""


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
        mode: what is done with products that the file does not name.
        max_deletions: of a sync: how many products it may delete, as ``MaxDeletions`` is written.
        scope: of a sync: the attributes of the products that the file is about.
        deleted: products that a sync has deleted.
        detail: why the run has failed, or what a dry run would delete, as a sentence; may be
            empty.
        on_duplicate: what to do with products that others show already; empty: none is checked.
        columns: name of a field or an attribute → the column that has it, where names do not tell.
        dry_run: whether nothing is changed: the counts are of what would be.
    """

    import_id: str
    created_at: float
    state: RunState = RunState.RUNNING
    finished_at: float | None = None
    total: int | None = None
    done: int = 0
    failed: int = 0
    unchanged: int = 0
    started_at: float | None = None
    rows_before: int = 0
    mode: ImportMode = ImportMode.IMPORT
    max_deletions: str = ""
    scope: Mapping[str, str] = field(default_factory=dict)
    deleted: int = 0
    detail: str = ""
    on_duplicate: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False

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
    def newest(self, limit: int) -> list[ImportRun]:
        """The runs that were created last, the newest first; ``limit`` of them at most."""

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
