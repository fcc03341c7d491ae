"""Aligned pixels: a query and a stored picture on the stored frame, pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_sums import merged
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import Transform

SIDE = 96
"""Pixels of the side."""

Planes = NDArray[np.float32]
"""The channels of a square picture one after another, levels 0 to 255, shape (3, side, side)."""
Where = NDArray[np.bool_]
"""One flag for each pixel, shape (side, side)."""


@dataclass(frozen=True, eq=False)
class AlignedPixels:
    """Both pictures on the stored frame.

    Attributes:
        query: the query's colours, shape (3, 96, 96).
        stored: the stored picture's.
        shown: the pixels that the query shows, without those at the edge of what it shows.
    """

    query: Planes
    stored: Planes
    shown: Where

    @classmethod
    def of(
        cls, query: Pyramid, stored: Pyramid, transform: Transform, mask: Where
    ) -> AlignedPixels:
        """Align two pictures.

        Args:
            query: the trimmed frame of the query, or its surroundings.
            stored: the trimmed frame of the catalogue picture.
            transform: from query to stored frame.
            mask: the pixels that the query shows at twice the side, shape (192, 192).
        """
        whole = merged(mask.astype(np.float32), SIDE) == 4  # noqa: PLR2004 - of 2 x 2
        return cls(
            _planes(query.warped(transform, 2 * SIDE, "RGB")),
            _planes(np.asarray(stored.square(2 * SIDE), np.float32)),
            without_rim(whole),
        )

    @classmethod
    def blank(cls) -> AlignedPixels:
        """Two black pictures, of which nothing is shown."""
        black = np.zeros((3, SIDE, SIDE), np.float32)
        return cls(black, black, np.zeros((SIDE, SIDE), np.bool_))


def without_rim(where: Where) -> Where:
    """The pixels all of whose four neighbours are in it, too; those beyond the frame count."""
    inner = where.copy()
    inner[1:] &= where[:-1]
    inner[:-1] &= where[1:]
    inner[:, 1:] &= where[:, :-1]
    inner[:, :-1] &= where[:, 1:]
    return inner


def halved(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over squares of 2 x 2 pixels, shape (..., side / 2, side / 2)."""
    rows = planes[..., ::2, :] + planes[..., 1::2, :]
    mean: NDArray[np.float32] = (rows[..., ::2] + rows[..., 1::2]) * np.float32(0.25)
    return mean


def _planes(levels: NDArray[np.float32]) -> Planes:
    """Channels one after another, at half the side."""
    return np.ascontiguousarray(np.moveaxis(merged(levels, SIDE), -1, 0)) / np.float32(4)
