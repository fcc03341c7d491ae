"""Bringing the index in step with the stored pictures, picture by picture.

Callers only name pictures. What becomes of each is read from the table at that moment, with a
consistent read. So neither the order nor the number of notifications matters: an old "picture was
added" that arrives again finds that the picture is gone, and leaves it gone. Each change costs one
read of 17 KB (5 units, beside the 17 of its write), and each batch one round trip.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from lookalike.errors import BadParameterError
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import PictureStore
from lookalike.storage.synced_index import ChangeState, IndexChange, Removal, SyncedIndex

BATCH_SIZE = 500
"""Pictures that are in memory at once: some 9 MB with their signatures."""
UNREADABLE = (BadParameterError, ValueError, TypeError, LookupError)
"""Errors from reading a damaged item. A table that does not answer raises other errors."""


@dataclass(frozen=True, slots=True)
class NotApplied:
    """Why the index entry of a picture could not be brought in step.

    Attributes:
        reason: a sentence for the operator.
        is_transient: whether the same may succeed later.
    """

    reason: str
    is_transient: bool


class PictureSync:
    """Makes the index agree with the table on given pictures.

    Args:
        pictures: the stored pictures; ``get_many`` must read consistently.
        index: the index to update.
    """

    def __init__(self, pictures: PictureStore, index: SyncedIndex) -> None:
        self._pictures = pictures
        self._index = index

    def apply(self, fingerprint_ids: Collection[str]) -> dict[str, NotApplied]:
        """Add the stored ones of these pictures to the index, and remove the others from it.

        Returns:
            The pictures that are not in step afterwards, by fingerprint id.

        Raises:
            TransientError: the table or the index does not answer; pictures may be in step or not.
            StorageInvalidError: the table or the index is absent or refuses access.
        """
        not_applied: dict[str, NotApplied] = {}
        remaining = iter(dict.fromkeys(fingerprint_ids))
        while batch := list(islice(remaining, BATCH_SIZE)):
            not_applied |= self._apply_batch(batch)
        return not_applied

    def missing(self, fingerprint_ids: Sequence[str]) -> set[str]:
        """Return the given ids whose picture is not stored. An unreadable one counts as stored.

        Raises:
            TransientError: the table does not answer.
            StorageInvalidError: the table is absent or refuses access.
        """
        stored, unreadable = self._read(fingerprint_ids)
        return set(fingerprint_ids) - stored.keys() - unreadable.keys()

    def _apply_batch(self, batch: Sequence[str]) -> dict[str, NotApplied]:
        stored, unreadable = self._read(batch)
        changes = [_change(key, stored.get(key)) for key in batch if key not in unreadable]
        outcomes = zip(changes, self._index.bulk(changes), strict=True)
        return unreadable | {
            change.fingerprint_id: NotApplied(outcome.reason, outcome.state is ChangeState.RETRY)
            for change, outcome in outcomes
            if outcome.state is not ChangeState.APPLIED
        }

    def _read(self, batch: Sequence[str]) -> tuple[dict[str, Picture], dict[str, NotApplied]]:
        """Read the whole batch at once, and one by one only where a picture is damaged."""
        try:
            return self._pictures.get_many(batch), {}
        except UNREADABLE:
            return self._read_one_by_one(batch)

    def _read_one_by_one(
        self, batch: Sequence[str]
    ) -> tuple[dict[str, Picture], dict[str, NotApplied]]:
        stored: dict[str, Picture] = {}
        unreadable: dict[str, NotApplied] = {}
        for key in batch:
            try:
                stored |= self._pictures.get_many([key])
            except UNREADABLE as error:
                reason = f"The stored picture cannot be read: {type(error).__name__}: {error}"
                unreadable[key] = NotApplied(reason, is_transient=False)
        return stored, unreadable


def _change(fingerprint_id: str, picture: Picture | None) -> IndexChange:
    return VectorEntry.of(picture.fingerprint) if picture else Removal(fingerprint_id)
