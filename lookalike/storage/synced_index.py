"""What a vector database must offer beyond search, so that the sync can keep it in step.

Another vector database is one folder beside ``opensearch/`` with a class that implements
``SyncedIndex``; neither ``lookalike.sync`` nor the functions know which one it is.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import VectorIndex


@dataclass(frozen=True, slots=True)
class Removal:
    """A change after which the index no longer has the picture."""

    fingerprint_id: str


IndexChange = VectorEntry | Removal
"""One change of the index: an entry to add, or a removal."""


class ChangeState(StrEnum):
    """How a change ended."""

    APPLIED = "applied"
    """The index is as the change wants it, by this change or an earlier one."""
    REJECTED = "rejected"
    """The index will never accept the change."""
    RETRY = "retry"
    """The index did not accept the change before the deadline, but may later."""


@dataclass(frozen=True, slots=True)
class ChangeOutcome:
    """The result of one change.

    Attributes:
        state: how the change ended.
        reason: why it was not applied; empty where it was.
    """

    state: ChangeState
    reason: str = ""


APPLIED = ChangeOutcome(ChangeState.APPLIED)
_WORST_FIRST = (ChangeState.REJECTED, ChangeState.RETRY)


def worse(one: ChangeOutcome, other: ChangeOutcome) -> ChangeOutcome:
    """The worse one of two outcomes: rejected, to be tried again, applied."""
    failed = [outcome for outcome in (one, other) if outcome.state is not ChangeState.APPLIED]
    return min(failed, key=lambda outcome: _WORST_FIRST.index(outcome.state), default=APPLIED)


class SyncedIndex(VectorIndex):
    """A vector index that is written in bulk and can be compared with the stored pictures."""

    @abstractmethod
    def bulk(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        """Apply what can be applied; one outcome per change, in order.

        Applying a change twice is the same as once. Where several changes concern one picture,
        the last one counts, and all of them share its outcome. An entry of another algorithm
        version is not written and counts as applied. A change that fails is an outcome, never an
        exception.
        """

    @abstractmethod
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        """The first searchable fingerprint ids greater than ``after``, ascending.

        Args:
            after: an id; the empty string is less than every id.
            limit: 1 to 10,000.
            until: the greatest id that is asked for; the empty string: there is none.

        Raises:
            StorageUnavailableError: the index does not answer.
        """

    @abstractmethod
    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Return the given ids that the index has now, whether searches show them already or not.

        Raises:
            StorageUnavailableError: the index does not answer for every id.
        """

    @property
    def parts(self) -> Sequence[SyncedIndex]:
        """The indices that it is made of, each of which should have all pictures."""
        return [self]

    def present_anywhere(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Return the given ids that any part of the index has now, for an index of several parts.

        Raises:
            StorageUnavailableError: the index does not answer for every id.
        """
        return self.present(fingerprint_ids)
