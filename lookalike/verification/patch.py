"""The patch of a query that shows something else than the stored picture, as a pasted picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.difference_features import differing_pixels, largest_part
from lookalike.verification.lit_pixels import LitPixels
from lookalike.verification.transforms import Points

MIN_DIFFERING = 0.02
"""Share of the pixels that differ clearly."""
MIN_OF_ONE_PART = 0.5
"""Share of these that are in the largest part."""
MIN_FILL = 0.6
"""Share of its bounding box that this part fills: a sticker fills less, and a picture nearly all
but what is as the ground behind it."""


def patch(pixels: AlignedPixels, features: Mapping[str, float]) -> Points | None:
    """The corners of the box around the one part that differs; ``None`` where there is none.

    Args:
        pixels: of a query that is a copy, and of the stored picture.
        features: as of ``similarity_features``.

    Returns:
        In the unit square of the stored picture's trimmed frame, shape (4, 2).
    """
    is_one_part = (
        features["clear_differing"] >= MIN_DIFFERING
        and features["clear_differing_part"] >= MIN_OF_ONE_PART
        and features["clear_differing_fill"] >= MIN_FILL
    )
    if not is_one_part:
        return None
    part = largest_part(differing_pixels(LitPixels.of(pixels), pixels.shown, "clear"))
    rows, columns = (np.flatnonzero(part.any(axis=axis)) for axis in (1, 0))
    left, right = columns[0] / part.shape[1], (columns[-1] + 1) / part.shape[1]
    top, bottom = rows[0] / part.shape[0], (rows[-1] + 1) / part.shape[0]
    corners: Points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return corners
