"""Quality: how much a picture shows, 0 to 100; below 50 it is too little to be matched.

Hashes of white, one-coloured, smoothly shaded and lone-word pictures are alike by chance. Two
measurements of the whole frame separate them from photographs: *detail*, which shades lack, and
*diversity*, the share of pixels in other than the two most common colours, which a word on a
plain ground lacks. How the limits were found is in docs/decisions.md.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.pictures import FEATURELESS_BELOW

MIN_DETAIL = 2.5
MIN_DIVERSITY = 0.03
MAX_QUALITY = 100
DOUBLING = 12.5
"""Points of quality for twice the detail or diversity."""

DETAIL_PIXELS = 96
DIVERSITY_PIXELS = 160
SAME_COLOUR = 14
"""Levels by which the channels of a plain ground may differ after lossy encoding."""


def quality(picture: Image.Image) -> int:
    """The quality of an RGB picture: a logarithm of the scarcer of detail and diversity."""
    scarcer = min(detail(picture) / MIN_DETAIL, diversity(picture) / MIN_DIVERSITY)
    if scarcer <= 0:
        return 0
    return max(0, min(MAX_QUALITY, int(FEATURELESS_BELOW + DOUBLING * math.log2(scarcer))))


def detail(picture: Image.Image) -> float:
    """Root mean square of the Laplacian of a 96-pixel grey thumbnail, in grey levels."""
    grey = picture.convert("L").resize(
        (DETAIL_PIXELS, DETAIL_PIXELS), Image.Resampling.LANCZOS, reducing_gap=2
    )
    levels = np.pad(np.asarray(grey, np.float32), 1, mode="reflect")
    around = levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:]
    return float(np.sqrt(np.square(around - 4 * levels[1:-1, 1:-1]).mean()))


def diversity(picture: Image.Image) -> float:
    """Share (0 to 1) of the pixels that are far from both of the two most common colours."""
    side = (DIVERSITY_PIXELS, DIVERSITY_PIXELS)
    sampled = picture.resize(side, Image.Resampling.NEAREST)
    # Channel by channel: three times as fast as pixel by pixel.
    channels = [np.asarray(channel).ravel() for channel in sampled.split()]
    for _ in range(2):
        channels = _without_most_common(channels)
    return len(channels[0]) / DIVERSITY_PIXELS**2


def _without_most_common(channels: list[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """The pixels, three arrays of shape (n,), without those near the most common colour."""
    red, green, blue = (channel.astype(np.uint16) >> 4 for channel in channels)
    bins = red << 8 | green << 4 | blue
    if not len(bins):
        return channels
    is_common = bins == np.bincount(bins).argmax()
    is_far = np.zeros(len(bins), np.bool_)
    for channel in channels:
        common = _median(channel[is_common])
        is_far |= channel < math.ceil(common - SAME_COLOUR)
        is_far |= channel > math.floor(common + SAME_COLOUR)
    return [channel[is_far] for channel in channels]


def _median(levels: NDArray[np.uint8]) -> float:
    """The median of at least one level: counting levels is faster than sorting them."""
    cumulated = np.bincount(levels).cumsum()
    middle = [(len(levels) - 1) // 2, len(levels) // 2]
    return float(np.searchsorted(cumulated, middle, side="right").mean())
