"""Levels stretched over a wide range, so that a veiled, flat or dark picture shows its texture.

Whatever sees texture alone (the network's cells and deep hash, quality) sees the stretched
frame. Thumbnails, whose colours are compared, and ids keep the levels as they are.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

MIN_RANGE = 200
"""Levels from the darkest to the lightest parts that a stretched frame has, unless the gain would
exceed its limit. Frames that have more are left as they are."""
MAX_GAIN = 6.0
"""The noise of an encoder, some levels, grows with the gain."""
CLIPPED = 0.005
"""Share of the pixels at either end that do not count: specular lights, a logo."""
_SAMPLED_PIXELS = 64
"""Side of the square of which the range is measured."""


def stretched(frame: Image.Image) -> Image.Image:
    """Multiply the levels of an RGB frame so that its luminance has ``MIN_RANGE`` levels.

    All channels have the same gain and offset, so colours keep their hue. The middle of the range
    moves no further than needed: white stays white, and black stays black.
    """
    return with_range(frame, _range(frame), MIN_RANGE)


def with_range(frame: Image.Image, levels: tuple[int, int], least: int) -> Image.Image:
    """Stretch an RGB frame whose luminance has these levels, lowest and highest, to ``least``."""
    low, high = levels
    gain = min(MAX_GAIN, least / max(1, high - low))
    if gain <= 1:
        return frame
    width = (high - low) * gain
    start = min(max((low + high - width) / 2, 0.0), 255 - width)
    table = np.clip(np.rint((np.arange(256) - low) * gain + start), 0, 255)
    return frame.point(3 * table.astype(np.uint8).tolist())


def _range(frame: Image.Image) -> tuple[int, int]:
    """The darkest and the lightest luminance, without the clipped ends."""
    side = (_SAMPLED_PIXELS, _SAMPLED_PIXELS)
    small = frame.resize(side, Image.Resampling.BOX, reducing_gap=1).convert("L")
    counts = np.cumsum(small.histogram())
    ends = np.searchsorted(counts, (CLIPPED * counts[-1], (1 - CLIPPED) * counts[-1]))
    return int(ends[0]), int(ends[1])
