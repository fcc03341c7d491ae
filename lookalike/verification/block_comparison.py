"""Block comparison: what two aligned pictures have in common, block by block.

The stored frame is divided into 16 x 16 blocks. In each, the gradients of both pictures are
correlated, where shifts of one pixel are forgiven, at full and at half resolution; and the mean
colours of both are taken. At full resolution the same is done for 24 x 24 smaller blocks, which
show where something small differs. The colours of all pixels are kept for what blocks are too
coarse for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.block_sums import (
    PARTS,
    ColourSums,
    GradientSums,
    merged,
    sums_of_parts,
)
from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.transforms import Transform

BLOCKS = 16
"""Blocks along each side of the frame."""
FINE_BLOCKS = 24
"""Fine blocks along each side of the frame."""
SIDE = 192
"""Pixels of the side at which gradients are compared."""
_EDGE = 2
"""Pixels left out at the edge of what is shown, where filters see black."""
_MOST = 0.5
"""Share of a block from which it counts as shown."""
_WHOLE = 0.99
"""Share of a halved pixel that has to be shown."""
_SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))

Map = NDArray[np.float32]
"""One value for each block, shape (16, 16), or for each fine block, shape (24, 24)."""


@dataclass(frozen=True, eq=False)
class BlockMaps:
    """How far a query and a stored picture agree on the stored frame, by block.

    Maps have the shape (16, 16) of blocks or (24, 24) of fine ones; colours have three channels.

    Attributes:
        shown: share of the block that the query shows.
        query_texture: root mean square of the query's gradient, in grey levels over two pixels.
        stored_texture: root mean square of the stored picture's gradient.
        agreement: correlation of the gradients, -1 to 1, best of shifts by a pixel.
        query_rgb: mean colour of the query, levels 0 to 255.
        stored_rgb: mean colour of the stored picture.
    """

    shown: Map
    query_texture: Map
    stored_texture: Map
    agreement: Map
    query_rgb: NDArray[np.float32]
    stored_rgb: NDArray[np.float32]

    @property
    def is_shown(self) -> NDArray[np.bool_]:
        """The blocks that the query shows for the most part."""
        return self.shown > _MOST

    @property
    def texture(self) -> Map:
        """The larger texture of the two pictures."""
        return np.maximum(self.query_texture, self.stored_texture)


@dataclass(frozen=True, eq=False)
class BlockComparison(BlockMaps):
    """Agreement by block, also without shifts, at half resolution, by fine block and by pixel.

    Attributes:
        exact_agreement: ``agreement`` without a shift.
        coarse_agreement: ``agreement`` at half resolution.
        fine: by fine block.
        pixels: both pictures.
    """

    exact_agreement: Map
    coarse_agreement: Map
    fine: BlockMaps
    pixels: AlignedPixels


def compare_blocks(query: Pyramid, stored: Pyramid, transform: Transform) -> BlockComparison:
    """Compare an aligned query with a stored picture, block by block.

    Args:
        query: the trimmed frame of the query, or its surroundings.
        stored: the trimmed frame of the catalogue picture.
        transform: from query to stored frame.
    """
    whole = shown(transform, SIDE)
    mask = _eroded(whole).astype(np.float32)
    warped = query.warped(transform, SIDE, "L")
    levels = np.asarray(stored.square(SIDE, "L"), np.float32)
    sums = GradientSums.of(warped, levels, mask, _SHIFTS)
    halves = (_halved(warped), _halved(levels), (_halved(mask) > _WHOLE).astype(np.float32))
    coarse = GradientSums.of(*halves, _SHIFTS).by_blocks(BLOCKS)
    medium, fine = sums.by_blocks(BLOCKS), sums.by_blocks(FINE_BLOCKS)
    colours = ColourSums.of(query, stored, transform)
    shares = sums_of_parts(mask) * np.float32((PARTS / SIDE) ** 2)
    return BlockComparison(
        _means(shares, BLOCKS),
        medium.query_texture,
        medium.stored_texture,
        medium.best,
        *colours.by_blocks(BLOCKS),
        medium.exact,
        coarse.best,
        BlockMaps(
            _means(shares, FINE_BLOCKS),
            fine.query_texture,
            fine.stored_texture,
            fine.best,
            *colours.by_blocks(FINE_BLOCKS),
        ),
        AlignedPixels.of(query, stored, transform, whole),
    )


def texture_agreement(query: Pyramid, stored: Pyramid, transform: Transform) -> float:
    """The share of texture that agrees, -1 to 1: a fast measure to choose between transforms."""
    side = SIDE // 2
    mask = shown(transform, side).astype(np.float32)
    levels = np.asarray(stored.square(side, "L"), np.float32)
    sums = GradientSums.of(query.warped(transform, side, "L"), levels, mask, ((0, 0),))
    found = sums.by_blocks(BLOCKS)
    share = merged(sums_of_parts(mask), BLOCKS) * np.float32((BLOCKS / side) ** 2)
    texture = np.maximum(found.query_texture, found.stored_texture) * share
    return weighted_mean(found.best, texture)


def weighted_mean(values: Map, weights: Map) -> float:
    """The weighted mean of blocks, such as their agreement by texture; 0 without any weight."""
    return float((weights * values).sum()) / max(1e-3, float(weights.sum()))


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
    return merged(levels, len(levels) // 2) / np.float32(4)


def _means(shares: NDArray[np.float32], side: int) -> Map:
    """Means over blocks of what was measured for each part."""
    return merged(shares, side) * np.float32((side / PARTS) ** 2)
