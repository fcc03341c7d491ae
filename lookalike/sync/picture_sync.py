"""Bringing the index in step with what is stored, picture by picture.

Whoever asks only names pictures; what becomes of them is read from the table at that moment,
consistently. So the order in which changes are heard of does not matter, nor how often: an old
"it was added" that comes again finds the picture gone, and leaves it gone. For each change that
costs one read of 17 KB (5 units, beside the 17 of its write) and one round trip for each batch.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from lookalike.errors import BadParameterError
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import PictureStore
from lookalike.storage.opensearch.bulk import BulkOutcome, BulkState, Change, Removal

AT_ONCE = 500
"""Pictures that are in memory at once: with their signatures, some 9 MB."""
UNREADABLE = (BadParameterError, ValueError, TypeError, LookupError)
"""What reading a damaged item ends in; a table that is away or not ours is another matter."""


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A picture whose index entry could not be brought in step.

    Attributes:
        reason: a sentence, for the operator.
        passes: whether the same may succeed later.
    """

    reason: str
    passes: bool


class BulkIndex(Protocol):
    """An index that is written to in bulk, with an outcome for each change."""

    def bulk(self, changes: Sequence[Change], /) -> list[BulkOutcome]:
        """Apply what can be applied; one outcome per change, in order. Twice is once."""


class PictureSync:
    """Makes the index know of pictures what the table knows.

    Args:
        pictures: the truth; its ``get_many`` reads consistently.
        index: what is brought in step.
    """

    def __init__(self, pictures: PictureStore, index: BulkIndex) -> None:
        self._pictures = pictures
        self._index = index

    def apply(self, fingerprint_ids: Collection[str]) -> dict[str, NotApplied]:
        """Add to the index those that are stored, and remove the others.

        Returns:
            What is not in step now, by fingerprint id; nothing where all are.

        Raises:
            TransientError: the table or the index is away; any of them may be in step or not.
            StorageInvalidError: the table or the index is not there, or not ours to use.
        """
        flaws: dict[str, NotApplied] = {}
        remaining = iter(dict.fromkeys(fingerprint_ids))
        while wanted := list(islice(remaining, AT_ONCE)):
            flaws |= self._apply(wanted)
        return flaws

    def gone(self, fingerprint_ids: Sequence[str]) -> set[str]:
        """Those that are not stored. What is stored and cannot be read is not gone.

        Raises:
            TransientError: the table is away.
            StorageInvalidError: the table is not there, or not ours to use.
        """
        stored, unreadable = self._read(fingerprint_ids)
        return set(fingerprint_ids) - stored.keys() - unreadable.keys()

    def _apply(self, wanted: Sequence[str]) -> dict[str, NotApplied]:
        stored, unreadable = self._read(wanted)
        changes = [_change(key, stored.get(key)) for key in wanted if key not in unreadable]
        outcomes = zip(changes, self._index.bulk(changes), strict=True)
        return unreadable | {
            change.fingerprint_id: NotApplied(outcome.reason, outcome.state is BulkState.RETRY)
            for change, outcome in outcomes
            if outcome.state is not BulkState.APPLIED
        }

    def _read(self, wanted: Sequence[str]) -> tuple[dict[str, Picture], dict[str, NotApplied]]:
        """All at once; one by one only where one of them is damaged."""
        try:
            return self._pictures.get_many(wanted), {}
        except UNREADABLE:
            return self._read_one_by_one(wanted)

    def _read_one_by_one(
        self, wanted: Sequence[str]
    ) -> tuple[dict[str, Picture], dict[str, NotApplied]]:
        stored: dict[str, Picture] = {}
        unreadable: dict[str, NotApplied] = {}
        for key in wanted:
            try:
                stored |= self._pictures.get_many([key])
            except UNREADABLE as error:
                reason = f"The stored picture cannot be read: {type(error).__name__}: {error}"
                unreadable[key] = NotApplied(reason, passes=False)
        return stored, unreadable


def _change(fingerprint_id: str, picture: Picture | None) -> Change:
    return VectorEntry.of(picture.fingerprint) if picture else Removal(fingerprint_id)
