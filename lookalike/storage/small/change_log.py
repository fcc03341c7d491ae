"""The log of an index: every change since its snapshots, in one order for all readers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.errors import StorageUnavailableError
from lookalike.storage.small.snapshots import SnapshotRef
from lookalike.storage.synced_index import IndexChange

MAX_CHANGES = 500
"""Changes that are appended as one: some 130 KB, of the 400 that an item may have."""


class ChangesTrimmedError(StorageUnavailableError):
    """The changes that were asked for are in a snapshot, and no longer in the log."""

    code = "changes_trimmed"
    title = "Changes trimmed"


@dataclass(frozen=True, slots=True)
class LogState:
    """What the index consists of at one moment: a snapshot, and all changes after it.

    Attributes:
        head: ``seq`` of the last change; 0: there is none.
        snapshot: what serves; ``None``: nothing was compacted yet.
        previous: what served before. It and the changes since are kept, for readers that have it,
            and for the case that ``snapshot`` is damaged.
    """

    head: int = 0
    snapshot: SnapshotRef | None = None
    previous: SnapshotRef | None = None


class ChangeLog(ABC):
    """Changes by ``seq``, from 1 on and without gaps. Each may hold several changes.

    Every method raises ``StorageUnavailableError`` where the log does not answer, and
    ``StorageInvalidError`` where it is absent or refuses access.
    """

    @abstractmethod
    def state(self) -> LogState:
        """What was written last."""

    @abstractmethod
    def append(self, changes: Sequence[IndexChange]) -> None:
        """Append up to ``MAX_CHANGES`` changes under the next ``seq``, however many others do so.

        Where it raises, the changes may be in the log or not; appending them again does no harm.
        """

    @abstractmethod
    def changes(self, after: int, upto: int) -> list[IndexChange]:
        """The changes of ``after + 1`` to ``upto``, in order.

        Raises:
            ChangesTrimmedError: some of them are no longer in the log.
        """

    @abstractmethod
    def publish(self, snapshot: SnapshotRef, replaced: SnapshotRef | None) -> bool:
        """Make a snapshot serve in the place of another one, in one step.

        Returns:
            Whether it does; it does not where another snapshot than ``replaced`` serves meanwhile.
        """

    @abstractmethod
    def trim(self, upto: int) -> None:
        """Remove all changes up to this one."""
