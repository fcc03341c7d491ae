"""Removing pictures that no product shows any more."""

from __future__ import annotations

import logging

from lookalike.errors import LookalikeError
from lookalike.storage.interfaces import Storage

UNSEEN = 24 * 60 * 60
"""Seconds since a product last registered a picture: what is deleted and imported again within a
day, as a nightly export may have it, is not taken out of the index and put back."""

log = logging.getLogger("lookalike.sweep")


def sweep(storage: Storage, now: float) -> None:
    """Remove what was not seen for a day; where that fails, it is left to the next sweep.

    A picture that a product comes to show meanwhile stays: the storage looks at that in the
    transaction that removes, and products are registered together with their pictures in one.

    Args:
        storage: whose pictures.
        now: seconds since the epoch (UTC).
    """
    try:
        removed = storage.pictures.sweep(int(now) - UNSEEN)
    except LookalikeError as error:
        log.warning("Pictures that no product shows are still there: %s", error.detail)
    else:
        if removed:
            log.info("Removed %d pictures that no product shows any more.", removed)
