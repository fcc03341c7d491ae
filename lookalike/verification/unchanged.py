"""Whether a copy is the picture itself, at most re-encoded or resized."""

from __future__ import annotations

import numpy as np

from lookalike.verification.block_comparison import Comparison, weighted_mean
from lookalike.verification.placement import Placement
from lookalike.verification.transforms import CORNERS, moved

MAX_SHIFT = 0.02
"""Share of a side by which a corner may be off."""
MAX_STRETCH = 0.02
MAX_LEVEL_CHANGE = 8.0
"""Levels by which a block's mean colour may differ (of 255), in all but ``TOLERATED`` of them."""
TOLERATED = 0.02
MIN_AGREEMENT = 0.5
"""Of the gradients at half resolution, over all texture: small thumbnails keep that much."""


def is_unchanged(placement: Placement, comparison: Comparison, stretch: float) -> bool:
    """Whether nothing was cut, turned, laid over, or changed in colour.

    Args:
        placement: of the whole frames.
        comparison: of the aligned pictures.
        stretch: aspect of the query divided by that of the stored picture.
    """
    if placement.flipped or placement.rotation or abs(np.log(stretch)) > MAX_STRETCH:
        return False
    if np.abs(moved(placement.transform, CORNERS) - CORNERS).max() > MAX_SHIFT:
        return False
    shown = comparison.is_shown
    if not shown.any():
        return False
    change = np.abs(comparison.query_rgb - comparison.stored_rgb).max(axis=-1)[shown]
    agreement = weighted_mean(comparison.coarse_agreement[shown], comparison.texture[shown])
    return bool((change > MAX_LEVEL_CHANGE).mean() <= TOLERATED and agreement >= MIN_AGREEMENT)
