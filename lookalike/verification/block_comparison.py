"""Block comparison: what two aligned pictures have in common, block by block.

The stored frame is divided into 16 x 16 blocks. In each, the gradients of both pictures are
correlated, where shifts of one pixel are forgiven, at full and at half resolution; and the mean
colours of both are taken. At full resolution the same is done for 24 x 24 smaller blocks, which
show where something small differs, and for 48 x 48 parts. Where the pictures agree nearly
everywhere, parts are compared at one and a half times the resolution, too: there, one line of
letters may make another product. Where gradients are compared, neither picture is finer than the
other one. The colours of all pixels are kept for what blocks are too coarse for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.fingerprint.signature import THUMBNAIL_PIXELS
from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.block_maps import BlockMaps, Map, pooled_agreement
from lookalike.verification.block_sums import (
    PARTS,
    ColourSums,
    GradientSums,
    merged,
    sums_of_parts,
)
from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.transforms import Transform, pixels_on

BLOCKS = 16
"""Blocks along each side of the frame."""
FINE_BLOCKS = 24
"""Fine blocks along each side of the frame."""
SIDE = 192
"""Pixels of the side at which gradients are compared."""
LETTER_SIDE = THUMBNAIL_PIXELS
"""Pixels of the side at which letters are compared: as fine as stored pictures are."""
MIN_LETTER_AGREEMENT = 0.5
"""Agreement of all fine blocks from which letters are compared: 96 % of copies reach it, and 7 %
of the unrelated pictures that look most like a query."""
_EDGE = 2
"""Pixels left out at the edge of what is shown, where filters see black."""
_WHOLE = 0.99
"""Share of a halved pixel that has to be shown."""
_AS_FINE = 0.95
"""Ratio of pixels along a side from which one picture counts as fine as another one."""
_MIN_SHARE = 0.25
"""Share of what a filter sees that the query shows; it is larger wherever gradients are taken."""
_SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(frozen=True, eq=False)
class BlockComparison(BlockMaps):
    """Agreement by block, also without shifts, at half resolution, in smaller blocks and by pixel.

    Attributes:
        exact_agreement: ``agreement`` without a shift.
        coarse_agreement: ``agreement`` at half resolution.
        fine: by fine block.
        parts: by part.
        letters: by part, at a finer resolution; ``None`` where more than letters differ.
        pixels: both pictures.
        fineness: pixels along the frame that both pictures have, as a share of ``LETTER_SIDE``.
    """

    exact_agreement: Map
    coarse_agreement: Map
    fine: BlockMaps
    parts: BlockMaps
    letters: BlockMaps | None
    pixels: AlignedPixels
    fineness: float


def compare_blocks(query: Pyramid, stored: Pyramid, transform: Transform) -> BlockComparison:
    """Compare an aligned query with a stored picture, block by block.

    Args:
        query: the trimmed frame of the query, or its surroundings.
        stored: the trimmed frame of the catalogue picture.
        transform: from query to stored frame.
    """
    whole = shown(transform, SIDE)
    mask = _eroded(whole).astype(np.float32)
    warped, levels = _grey_levels(query, stored, transform, whole)
    sums = GradientSums.of(warped, levels, mask, _SHIFTS)
    halves = (_halved(warped), _halved(levels), (_halved(mask) > _WHOLE).astype(np.float32))
    coarse = GradientSums.of(*halves, _SHIFTS).by_blocks(BLOCKS)
    medium = sums.by_blocks(BLOCKS)
    colours = ColourSums.of(query, stored, transform)
    shares = sums_of_parts(mask) * np.float32((PARTS / SIDE) ** 2)
    fine, parts = (_maps(shares, sums, colours, side) for side in (FINE_BLOCKS, PARTS))
    return BlockComparison(
        _means(shares, BLOCKS),
        medium.query_texture,
        medium.stored_texture,
        medium.best,
        *colours.by_blocks(BLOCKS),
        medium.exact,
        coarse.best,
        fine,
        parts,
        _letters(query, stored, transform, colours) if _may_be_letters(fine) else None,
        AlignedPixels.of(query, stored, transform, whole),
        min(LETTER_SIDE, *pixels_on(transform, query.pixels), *stored.pixels) / LETTER_SIDE,
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


def _maps(shares: Map, gradients: GradientSums, colours: ColourSums, side: int) -> BlockMaps:
    """The maps of so many blocks along each side."""
    found = gradients.by_blocks(side)
    return BlockMaps(
        _means(shares, side),
        found.query_texture,
        found.stored_texture,
        found.best,
        *colours.by_blocks(side),
    )


def _may_be_letters(fine: BlockMaps) -> bool:
    """Whether the pictures agree so far that only something small may differ."""
    return pooled_agreement(fine, fine.is_shown) > MIN_LETTER_AGREEMENT


def _letters(
    query: Pyramid, stored: Pyramid, transform: Transform, colours: ColourSums
) -> BlockMaps:
    """The maps of parts, at the resolution of stored thumbnails."""
    whole = shown(transform, LETTER_SIDE)
    mask = _eroded(whole).astype(np.float32)
    warped, levels = _grey_levels(query, stored, transform, whole)
    sums = GradientSums.of(warped, levels, mask, _SHIFTS)
    shares = sums_of_parts(mask) * np.float32((PARTS / LETTER_SIDE) ** 2)
    return _maps(shares, sums, colours, PARTS)


def _grey_levels(
    query: Pyramid, stored: Pyramid, transform: Transform, whole: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both pictures on the stored frame, neither finer than the other.

    Args:
        query: the query's frame.
        stored: the stored frame.
        transform: from query to stored frame.
        whole: the pixels of the stored frame that the query shows, shape (side, side).
    """
    side = len(whole)
    warped = query.warped(transform, side, "L")
    levels = np.asarray(stored.square(side, "L"), np.float32)
    of_query, of_stored = pixels_on(transform, query.pixels), stored.pixels
    return (
        _reduced(warped, whole, _pixels_to_keep(of_query, of_stored, side)),
        _reduced(levels, whole, _pixels_to_keep(of_stored, of_query, side)),
    )


def _pixels_to_keep(
    own: tuple[float, float], others: tuple[float, float], side: int
) -> tuple[int, int]:
    """Pixels across and down that show a picture no finer than another one; at most ``side``."""
    across, down = (
        max(1, round(other)) if other < _AS_FINE * min(side, each) else side
        for each, other in zip(own, others, strict=True)
    )
    return across, down


def _reduced(
    levels: NDArray[np.float32], whole: NDArray[np.bool_], pixels: tuple[int, int]
) -> NDArray[np.float32]:
    """The levels as so many pixels across and down show them, in as many pixels as before.

    What the query does not show has no weight in them (normalised convolution).
    """
    if levels.shape[::-1] == pixels:
        return levels
    if whole.all():
        return _resized(levels, pixels)
    mask = whole.astype(np.float32)
    share = np.maximum(_resized(mask, pixels), np.float32(_MIN_SHARE))
    return np.divide(_resized(levels * mask, pixels), share, dtype=np.float32)


def _resized(levels: NDArray[np.float32], pixels: tuple[int, int]) -> NDArray[np.float32]:
    few = Image.fromarray(levels).resize(pixels, Image.Resampling.LANCZOS)
    return np.asarray(few.resize(levels.shape[::-1], Image.Resampling.BICUBIC), np.float32)
