"""Sums over parts of two aligned pictures, of which whole numbers make blocks of any size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.transforms import Transform

PARTS = 48
"""Parts along each side that sums are taken over: whole numbers of them make a block of any size.
"""
COLOUR_SIDE = 48
"""Pixels of the side at which colours are compared."""
NOISE = 12.0
"""Squared gradient that noise and lossy encoding leave in a plain block."""

Levels = NDArray[np.float32]
"""Grey levels or values of pixels, shape (side, side) or (side, side, 3)."""
Sums = NDArray[np.float32]
"""One value for each part, shape (48, 48) or (48, 48, 3), or for each block."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far gradients agree by block.

    Attributes:
        best: correlation, best over the shifts.
        exact: correlation without a shift.
        query_texture: root mean square of the query's gradient.
        stored_texture: root mean square of the stored picture's.
    """

    best: Sums
    exact: Sums
    query_texture: Sums
    stored_texture: Sums


@dataclass(frozen=True, eq=False)
class GradientSums:
    """Sums over the parts of the frame, shape (48, 48).

    Attributes:
        count: of pixels that are shown.
        query_power: of the query's squared gradients.
        stored_power: of the stored picture's.
        products: of both gradients, for each shift, shape (48, 48, shifts); the first one is none.
    """

    count: Sums
    query_power: Sums
    stored_power: Sums
    products: Sums

    @classmethod
    def of(
        cls,
        query: Levels,
        stored: Levels,
        mask: Levels,
        shifts: tuple[tuple[int, int], ...],
    ) -> GradientSums:
        """Sum up the gradients of two pictures where a mask is 1.

        Args:
            query: grey levels, aligned with the stored picture.
            stored: grey levels.
            mask: 0 or 1 for each pixel.
            shifts: of the query, down and right in pixels.
        """
        across, down = gradient(query)
        stored_across, stored_down = (part * mask for part in gradient(stored))
        return cls(
            sums_of_parts(mask),
            sums_of_parts((across * across + down * down) * mask),
            sums_of_parts(stored_across * stored_across + stored_down * stored_down),
            np.stack(
                [
                    sums_of_parts(
                        _shifted(across, shift) * stored_across
                        + _shifted(down, shift) * stored_down
                    )
                    for shift in shifts
                ],
                axis=-1,
            ),
        )

    def by_blocks(self, side: int) -> Agreement:
        """Correlations by block, best over the shifts, for so many blocks along each side."""
        count = np.maximum(merged(self.count, side), 1)
        power = merged(self.query_power, side) / count
        stored_power = merged(self.stored_power, side) / count
        scale = count * np.sqrt((power + NOISE) * (stored_power + NOISE))
        alike = merged(self.products, side) / scale[..., None]
        best = np.minimum(alike.max(axis=-1), 1)
        return Agreement(best, alike[..., 0], np.sqrt(power), np.sqrt(stored_power))


@dataclass(frozen=True, eq=False)
class ColourSums:
    """Pixels that are shown, shape (48, 48, 1), and sums of both pictures' levels over them."""

    count: Sums
    query: Sums
    stored: Sums

    @classmethod
    def of(cls, query: Pyramid, stored: Pyramid, transform: Transform) -> ColourSums:
        """Sum up the colours of a query, under its transform, and a stored picture."""
        mask = shown(transform, COLOUR_SIDE).astype(np.float32)[..., None]
        warped = query.warped(transform, COLOUR_SIDE, "RGB")
        levels = np.asarray(stored.square(COLOUR_SIDE), np.float32)
        return cls(*(sums_of_parts(values) for values in (mask, warped * mask, levels * mask)))

    def by_blocks(self, side: int) -> tuple[Sums, Sums]:
        """Mean colours of the blocks of query and stored picture."""
        count = np.maximum(merged(self.count, side), 1e-3).astype(np.float32)
        return merged(self.query, side) / count, merged(self.stored, side) / count


def sums_of_parts(values: Levels) -> Sums:
    """Sums over the parts of the frame, shape (48, 48, ...)."""
    return merged(values, PARTS)


def merged(values: NDArray[np.float32], side: int) -> Sums:
    """Sums over squares of equal size, shape (side, side, ...)."""
    size = len(values) // side
    if size == 1:
        return values
    # Whole arrays are added: sums along such short axes take several times as long.
    rows = _total([values[start::size] for start in range(size)])
    return _total([rows[:, start::size] for start in range(size)])


def _total(parts: list[Sums]) -> Sums:
    """The sum of at least two arrays of one shape."""
    first, *others = parts
    total: Sums = first + reduce(np.add, others)
    return total


def _shifted(values: Levels, shift: tuple[int, int]) -> Levels:
    return values if shift == (0, 0) else np.roll(values, shift, (0, 1))


def gradient(levels: Levels) -> tuple[Levels, Levels]:
    """Central differences, in grey levels over two pixels; zero at the edges."""
    across = np.zeros(levels.shape, np.float32)
    down = np.zeros(levels.shape, np.float32)
    np.subtract(levels[:, 2:], levels[:, :-2], out=across[:, 1:-1])
    np.subtract(levels[2:], levels[:-2], out=down[1:-1])
    return across, down
