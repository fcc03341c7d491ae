"""What a worker is asked to compare."""

from __future__ import annotations

from typing import NamedTuple


class PictureTask(NamedTuple):
    """What a picture is to be compared with.

    Attributes:
        fingerprint_id: of the picture.
        others: of those that it is compared with; empty: those that are nearest to it.
    """

    fingerprint_id: str
    others: tuple[str, ...] = ()
