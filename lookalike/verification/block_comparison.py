"""Block comparison: what two aligned pictures have in common, block by block.

The stored frame is divided into 16 x 16 blocks. In each, the gradients of both pictures are
correlated, where shifts of one pixel are forgiven, at full and at half resolution; and the mean
colours of both are taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.transforms import Transform

BLOCKS = 16
"""Blocks along each side of the frame."""
SIDE = 192
"""Pixels of the side at which gradients are compared."""
COLOUR_SIDE = 48
"""Pixels of the side at which colours are compared."""
_EDGE = 2
"""Pixels left out at the edge of what is shown, where filters see black."""
_WHOLE = 0.99
"""Share of a halved pixel that has to be shown."""
_NOISE = 12.0
"""Squared gradient that noise and lossy encoding leave in a plain block."""
_SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))

Map = NDArray[np.float32]
"""One value for each block, shape (16, 16)."""


@dataclass(frozen=True, eq=False)
class BlockComparison:
    """How far a query and a stored picture agree on the stored frame, by block.

    Attributes:
        shown: share of the block that the query shows.
        query_texture: root mean square of the query's gradient, in grey levels over two pixels.
        stored_texture: root mean square of the stored picture's gradient.
        agreement: correlation of the gradients, -1 to 1, best of shifts by a pixel.
        exact_agreement: ``agreement`` without a shift.
        coarse_agreement: ``agreement`` at half resolution.
        query_rgb: mean colour of the query, levels 0 to 255, shape (16, 16, 3).
        stored_rgb: mean colour of the stored picture, shape (16, 16, 3).
    """

    shown: Map
    query_texture: Map
    stored_texture: Map
    agreement: Map
    exact_agreement: Map
    coarse_agreement: Map
    query_rgb: NDArray[np.float32]
    stored_rgb: NDArray[np.float32]

    @property
    def is_shown(self) -> NDArray[np.bool_]:
        """The blocks that the query shows for the most part."""
        return self.shown > 0.5  # noqa: PLR2004 - for the most part

    @property
    def texture(self) -> Map:
        """The larger texture of the two pictures."""
        return np.maximum(self.query_texture, self.stored_texture)


def compare_blocks(query: Pyramid, stored: Pyramid, transform: Transform) -> BlockComparison:
    """Compare an aligned query with a stored picture, block by block.

    Args:
        query: the trimmed frame of the query.
        stored: the trimmed frame of the catalogue picture.
        transform: from query to stored frame.
    """
    mask = _eroded(shown(transform, SIDE)).astype(np.float32)
    warped = query.warped(transform, SIDE, "L")
    levels = np.asarray(stored.square(SIDE, "L"), np.float32)
    fine = _gradient_agreement(warped, levels, mask, _SHIFTS)
    halves = (_halved(warped), _halved(levels), (_halved(mask) > _WHOLE).astype(np.float32))
    coarse = _gradient_agreement(*halves, _SHIFTS)
    query_rgb, stored_rgb = _colours(query, stored, transform)
    return BlockComparison(
        shown=_block_means(mask),
        query_texture=fine.query_texture,
        stored_texture=fine.stored_texture,
        agreement=fine.best,
        exact_agreement=fine.exact,
        coarse_agreement=coarse.best,
        query_rgb=query_rgb,
        stored_rgb=stored_rgb,
    )


def texture_agreement(query: Pyramid, stored: Pyramid, transform: Transform) -> float:
    """The share of texture that agrees, -1 to 1: a fast measure to choose between transforms."""
    side = SIDE // 2
    mask = shown(transform, side).astype(np.float32)
    levels = np.asarray(stored.square(side, "L"), np.float32)
    found = _gradient_agreement(query.warped(transform, side, "L"), levels, mask, ((0, 0),))
    texture = np.maximum(found.query_texture, found.stored_texture) * _block_means(mask)
    return weighted_mean(found.best, texture)


def weighted_mean(values: Map, weights: Map) -> float:
    """The weighted mean of blocks, such as their agreement by texture; 0 without any weight."""
    return float((weights * values).sum()) / max(1e-3, float(weights.sum()))


@dataclass(frozen=True, eq=False)
class _Agreement:
    best: Map
    exact: Map
    query_texture: Map
    stored_texture: Map


def _gradient_agreement(
    query: NDArray[np.float32],
    stored: NDArray[np.float32],
    mask: NDArray[np.float32],
    shifts: tuple[tuple[int, int], ...],
) -> _Agreement:
    """Correlations of gradients by block, best over the shifts; the first shift is none."""
    count = np.maximum(_block_sums(mask), 1)
    across, down = _gradient(query)
    stored_across, stored_down = (part * mask for part in _gradient(stored))
    power, stored_power = (
        _block_sums(x * x + y * y) / count
        for x, y in ((across * mask, down * mask), (stored_across, stored_down))
    )
    scale = count * np.sqrt((power + _NOISE) * (stored_power + _NOISE))
    alike = [
        _block_sums(_shifted(across, shift) * stored_across + _shifted(down, shift) * stored_down)
        / scale
        for shift in shifts
    ]
    best = np.minimum(np.max(alike, axis=0), 1).astype(np.float32)
    exact = alike[0].astype(np.float32)
    return _Agreement(best, exact, np.sqrt(power), np.sqrt(stored_power))


def _shifted(values: NDArray[np.float32], shift: tuple[int, int]) -> NDArray[np.float32]:
    return values if shift == (0, 0) else np.roll(values, shift, (0, 1))


def _gradient(levels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Central differences, in grey levels over two pixels; zero at the edges."""
    across = np.zeros(levels.shape, np.float32)
    down = np.zeros(levels.shape, np.float32)
    np.subtract(levels[:, 2:], levels[:, :-2], out=across[:, 1:-1])
    np.subtract(levels[2:], levels[:-2], out=down[1:-1])
    return across, down


def _colours(
    query: Pyramid, stored: Pyramid, transform: Transform
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean colours of the blocks of both pictures, where the query shows them."""
    mask = shown(transform, COLOUR_SIDE).astype(np.float32)[..., None]
    count = np.maximum(_block_sums(mask), 1e-3)
    pictures = (
        query.warped(transform, COLOUR_SIDE, "RGB"),
        np.asarray(stored.square(COLOUR_SIDE), np.float32),
    )
    means = [(_block_sums(picture * mask) / count).astype(np.float32) for picture in pictures]
    return means[0], means[1]


def _eroded(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask without the pixels at its edge."""
    result = np.zeros_like(mask)
    inner = mask[_EDGE:-_EDGE, _EDGE:-_EDGE].copy()
    for down in (0, 2 * _EDGE):
        for right in (0, 2 * _EDGE):
            height, width = inner.shape
            inner &= mask[down : down + height, right : right + width]
    result[_EDGE:-_EDGE, _EDGE:-_EDGE] = inner
    return result


def _halved(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    half = len(levels) // 2
    means: NDArray[np.float32] = levels.reshape(half, 2, half, 2).mean(axis=(1, 3))
    return means


def _block_sums(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums over the blocks, shape (16, 16, ...)."""
    size = len(values) // BLOCKS
    rows = np.add.reduceat(values, np.arange(0, len(values), size), axis=0)
    sums: NDArray[np.float32] = np.add.reduceat(rows, np.arange(0, len(values), size), axis=1)
    return sums


def _block_means(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return _block_sums(values) * np.float32((BLOCKS / len(values)) ** 2)
