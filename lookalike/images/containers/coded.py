"""What decoding a coded picture costs, as its bitstream tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_MAX_UNITS = 10_000


class Coded(NamedTuple):
    """A coded picture.

    Attributes:
        pixels: of its largest frame; more where they take more memory than is usual.
        frames: that are decoded, although one is shown.
    """

    pixels: int
    frames: int


class Units:
    """Counts the units (OBU, NAL) of all pictures in a file, which may share their bytes."""

    def __init__(self) -> None:
        self._left: Iterator[int] = iter(range(_MAX_UNITS))

    def take(self) -> None:
        """Count one.

        Raises:
            IndexError: there are absurdly many.
        """
        if next(self._left, None) is None:
            raise IndexError(_MAX_UNITS)
