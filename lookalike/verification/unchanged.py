"""Whether a copy is the picture itself, at most re-encoded or resized."""

from __future__ import annotations

import numpy as np

from lookalike.verification.block_comparison import BlockComparison, weighted_mean
from lookalike.verification.placement import Placement
from lookalike.verification.transforms import CORNERS, moved

MAX_SHIFT = 0.02
"""Share of a side by which a corner may be off."""
MAX_STRETCH = 0.02
"""Change of the aspect, as a natural logarithm."""
MAX_LEVEL_CHANGE = 8.0
"""Levels (of 255) by which the mean colour of a block may differ."""
MAX_CHANGED = 0.02
"""Share of the blocks that may differ by more."""
MIN_AGREEMENT = 0.5
"""Agreement of the gradients at half resolution, which small thumbnails keep."""
STRONG_TEXTURE = 20.0
"""Root mean square of a block's gradient, in levels, from which encoders leave it as it was."""
MIN_BLOCK_AGREEMENT = 0.4
"""Agreement of each such block at half resolution: another number or word on a label falls below,
and of copies at 200 to 400 pixels, one in 100 does."""


def is_unchanged(placement: Placement, blocks: BlockComparison, stretch: float) -> bool:
    """Return whether nothing was cut, turned, laid over, or changed in colour.

    Args:
        placement: of the whole frames.
        blocks: of the aligned pictures.
        stretch: aspect of the query divided by that of the stored picture.
    """
    if placement.flipped or placement.rotation or abs(np.log(stretch)) > MAX_STRETCH:
        return False
    if np.abs(moved(placement.transform, CORNERS) - CORNERS).max() > MAX_SHIFT:
        return False
    shown = blocks.is_shown
    if not shown.any():
        return False
    change = np.abs(blocks.query_rgb - blocks.stored_rgb).max(axis=-1)[shown]
    agreement, texture = blocks.coarse_agreement[shown], blocks.texture[shown]
    return bool(
        (change > MAX_LEVEL_CHANGE).mean() <= MAX_CHANGED
        and weighted_mean(agreement, texture) >= MIN_AGREEMENT
        and agreement[texture >= STRONG_TEXTURE].min(initial=1) >= MIN_BLOCK_AGREEMENT
    )
