"""Bringing the index in step with the stored pictures, picture by picture.

Callers only name pictures. What becomes of each is read from the table at that moment, with a
consistent read. So neither the order nor the number of notifications matters: an old "picture was
added" that arrives again finds that the picture is gone, and leaves it gone. Each change costs one
read of 17 KB (5 units, beside the 17 of its write), and each batch one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from lookalike.errors import BadParameterError
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import PictureStore
from lookalike.storage.synced_index import (
    ChangeOutcome,
    ChangeState,
    IndexChange,
    Removal,
    SyncedIndex,
)

Stored = TypeVar("Stored")
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
        stored, unreadable = read_each(self._pictures.get_many, fingerprint_ids, "picture")
        return set(fingerprint_ids) - stored.keys() - unreadable.keys()

    def _apply_batch(self, batch: Sequence[str]) -> dict[str, NotApplied]:
        stored, unreadable = read_each(self._pictures.get_many, batch, "picture")
        changes = [_change(key, stored.get(key)) for key in batch if key not in unreadable]
        keys = [change.fingerprint_id for change in changes]
        return unreadable | not_applied(keys, self._index.bulk(changes))


def not_applied(keys: Sequence[str], outcomes: Sequence[ChangeOutcome]) -> dict[str, NotApplied]:
    """The changes of a bulk that were not applied, by their keys."""
    return {
        key: NotApplied(outcome.reason, outcome.state is ChangeState.RETRY)
        for key, outcome in zip(keys, outcomes, strict=True)
        if outcome.state is not ChangeState.APPLIED
    }


def read_each(
    get_many: Callable[[Sequence[str]], dict[str, Stored]], keys: Sequence[str], what: str
) -> tuple[dict[str, Stored], dict[str, NotApplied]]:
    """Read what is stored at once, and one by one only where something is damaged.

    Args:
        get_many: reads the table.
        keys: of what is read.
        what: is stored, for messages.
    """
    try:
        return get_many(keys), {}
    except UNREADABLE:
        stored: dict[str, Stored] = {}
        unreadable: dict[str, NotApplied] = {}
        for key in keys:
            try:
                stored |= get_many([key])
            except UNREADABLE as error:
                reason = f"The stored {what} cannot be read: {type(error).__name__}: {error}"
                unreadable[key] = NotApplied(reason, is_transient=False)
        return stored, unreadable


def _change(fingerprint_id: str, picture: Picture | None) -> IndexChange:
    return VectorEntry.of(picture.fingerprint) if picture else Removal(fingerprint_id)
