"""Colours of aligned blocks: CIE Lab, and what a filter could have done to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float32]
"""Shape (..., 3)."""

_TO_XYZ = np.array(
    [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]], np.float32
) / np.array([0.9505, 1, 1.089], np.float32)
_LINEAR = np.array(
    [
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for level in np.arange(256) / 255
    ],
    np.float32,
)


def lab(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """CIE L*a*b* (D65) of sRGB levels 0 to 255, shape (..., 3)."""
    xyz = _LINEAR[rgb.astype(np.uint8)] @ _TO_XYZ
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)  # noqa: PLR2004
    x, y, z = np.moveaxis(root, -1, 0)
    colours: NDArray[np.float32] = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)
    return colours.astype(np.float32)


KNOTS = 7
"""Of a tone curve."""
FEWEST = 12
"""Blocks that are needed to fit one."""


def unexplained(stored: Colours, query: Colours, *, by_channel: bool) -> NDArray[np.float32]:
    """What no tone curve explains: brightness, contrast and gamma are curves, dyes are not.

    Args:
        stored: RGB levels of blocks, shape (n, 3).
        query: of the same blocks, shape (n, 3).
        by_channel: whether each channel has a curve of its own, as under a change of white
            balance; else all three share one.

    Returns:
        Distance of the query from the curve in RGB levels, shape (n,).
    """
    if len(stored) < FEWEST:
        return np.zeros(len(stored), np.float32)
    groups = ([0], [1], [2]) if by_channel else ([0, 1, 2],)
    rest = np.empty_like(query)
    for channels in groups:
        x, y = stored[:, channels].ravel(), query[:, channels].ravel()
        rest[:, channels] = (y - _rising_curve(x, y)).reshape(-1, len(channels))
    distance: NDArray[np.float32] = np.sqrt(np.square(rest).sum(axis=1))
    return distance


def _rising_curve(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """A curve that never falls through medians of y over parts of x, at each x."""
    order = np.argsort(x, kind="stable")
    parts = [order[:1], *np.array_split(order, KNOTS), order[-1:]]
    places = np.array([np.median(x[part]) for part in parts])
    heights = np.maximum.accumulate([np.median(y[part]) for part in parts])
    places, first = np.unique(places, return_index=True)
    curve: NDArray[np.float32] = np.interp(x, places, heights[first]).astype(np.float32)
    return curve
