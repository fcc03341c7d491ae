"""Removing pictures that no product shows any more."""

from __future__ import annotations

import logging

from lookalike.errors import LookalikeError
from lookalike.storage.interfaces import Storage

UNSEEN = 24 * 60 * 60
"""Seconds since the picture was last registered. Products that are deleted and imported again
within a day, as by a nightly export, keep their pictures in the index."""

log = logging.getLogger("lookalike.sweep")


def sweep(storage: Storage, now: float) -> None:
    """Remove pictures that were not seen for a day; if that fails, the next sweep does it.

    A picture that a product begins to show meanwhile stays: the storage checks that in the
    transaction that removes it, and a product is registered together with its picture.

    Args:
        storage: holds the pictures.
        now: seconds since the epoch (UTC).
    """
    try:
        removed = storage.pictures.sweep(int(now) - UNSEEN)
    except LookalikeError as error:
        log.warning("Pictures that no product shows are still there: %s", error.detail)
    else:
        if removed:
            log.info("Removed %d pictures that no product shows any more.", removed)
