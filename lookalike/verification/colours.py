"""Colours of aligned blocks: CIE Lab, and differences that tone curves or light do not explain."""

from __future__ import annotations

from itertools import pairwise

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


_MIN_CHROMA = 2.0
"""Chroma in L*a*b* from which a pixel is coloured; lossy encoding leaves a little."""
_MIN_COLOURED = 0.05
"""Share of coloured pixels in a picture in colour; a logo on one in greyscale covers less."""
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def is_greyscale(rgb: Colours) -> bool:
    """Return whether hardly any pixel is coloured.

    Args:
        rgb: levels 0 to 255 of a picture's pixels, shape (n, 3).
    """
    chroma = np.linalg.norm(lab(rgb)[:, 1:], axis=1)
    return bool((chroma >= _MIN_CHROMA).mean() < _MIN_COLOURED)


def greyscale_difference(stored: Colours, query: Colours) -> float:
    """Mean difference of blocks without their colours, in grey levels 0 to 255.

    Args:
        stored: RGB levels of blocks, shape (n, 3).
        query: RGB levels of the same blocks.
    """
    return float(np.abs((query - stored) @ LUMA).mean()) if len(stored) else 0.0


KNOTS = 7
"""Knots of a tone curve."""
MIN_BLOCKS = 12
"""Blocks that are needed to fit a curve or a change of light."""


def tone_residuals(stored: Colours, query: Colours, *, by_channel: bool) -> NDArray[np.float32]:
    """Measure the differences that no tone curve explains, such as those of dyes.

    Changes of brightness, contrast and gamma are tone curves.

    Args:
        stored: RGB levels of blocks, shape (n, 3).
        query: RGB levels of the same blocks, shape (n, 3).
        by_channel: whether each channel has a curve of its own, as under a change of white
            balance; else all three share one.

    Returns:
        Distance of the query from the curve in RGB levels, shape (n,).
    """
    if len(stored) < MIN_BLOCKS:
        return np.zeros(len(stored), np.float32)
    groups = ([0], [1], [2]) if by_channel else ([0, 1, 2],)
    residuals = np.empty_like(query)
    for channels in groups:
        x, y = stored[:, channels].ravel(), query[:, channels].ravel()
        residuals[:, channels] = (y - _monotonic_curve(x, y)).reshape(-1, len(channels))
    distance: NDArray[np.float32] = np.sqrt(np.square(residuals).sum(axis=1))
    return distance


ROUNDS = 5
"""Rounds of fitting light, each with the weights that the last one's distances give."""
_USUAL = 4.0
"""Levels by which blocks differ from a change of light that explains them, by noise and edges."""
_UNCLIPPED = (8.0, 247.0)
"""Levels between which a channel is not clipped."""


def light_residuals(stored: Colours, query: Colours, *, by_channel: bool) -> NDArray[np.float32]:
    """Measure the differences that no change of light explains.

    A change of light is a linear change of the whole picture, then clipping.

    Args:
        stored: RGB levels of blocks, shape (n, 3).
        query: RGB levels of the same blocks, shape (n, 3).
        by_channel: whether each channel has a gain and an offset of its own, as under another
            white balance; else all share them, and a mixture with grey: brightness, contrast,
            saturation and greyscale.

    Returns:
        Distance of the query from the stored picture in that light, RGB levels, shape (n,).
    """
    if len(stored) < MIN_BLOCKS:
        return np.zeros(len(stored), np.float32)
    lit = in_light(stored, query, np.ones(len(stored), np.bool_), by_channel=by_channel)
    distance: NDArray[np.float32] = np.sqrt(np.square(query - lit).sum(axis=1))
    return distance


def in_light(
    stored: Colours, query: Colours, fitted_on: NDArray[np.bool_], *, by_channel: bool
) -> Colours:
    """The stored colours under the change of light that explains most of the query's.

    Args:
        stored: RGB levels of blocks, shape (..., 3).
        query: RGB levels of the same blocks.
        fitted_on: the blocks to fit to, shape (...); with too few, nothing is changed.
        by_channel: as of ``light_residuals``.
    """
    where = fitted_on.ravel()
    if where.sum() < MIN_BLOCKS:
        return stored
    all_stored, all_query = stored.reshape(-1, 3), query.reshape(-1, 3)
    if by_channel:
        lit = _in_light(all_stored.T[..., None], all_query.T, where).T
    else:
        grey = np.repeat(all_stored.mean(axis=1), 3)
        sources = np.stack([all_stored.ravel(), grey], 1)
        lit = _in_light(sources[None], all_query.reshape(1, -1), np.repeat(where, 3))
    return lit.reshape(stored.shape)


def channel_lines(
    stored: NDArray[np.float32], query: NDArray[np.float32], fitted_on: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The gain and the offset of each channel that explain most of the query's levels.

    Args:
        stored: levels by channel, shape (3, n).
        query: levels of the same places.
        fitted_on: the places to fit to, shape (n,); with too few, nothing is changed.

    Returns:
        Shape (3, 2).
    """
    if fitted_on.sum() < MIN_BLOCKS:
        return np.array([[1, 0]] * len(stored), np.float32)
    _, factors = _lines(stored[..., None], query, fitted_on)
    return factors[..., 0].astype(np.float32)


def _in_light(
    sources: NDArray[np.float32], levels: NDArray[np.float32], where: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Levels as ``_lines`` through sources give them."""
    columns, factors = _lines(sources, levels, where)
    lit: NDArray[np.float32] = (columns @ factors)[..., 0].clip(0, 255).astype(np.float32)
    return lit


def _lines(
    sources: NDArray[np.float32], levels: NDArray[np.float32], where: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lines from sources to levels, each fitted where nothing is clipped.

    Args:
        sources: shape (lines, n, sources).
        levels: shape (lines, n).
        where: the values to fit to, shape (n,).

    Returns:
        The sources and a column of ones, shape (lines, n, sources + 1); and their factors, shape
        (lines, sources + 1, 1).
    """
    columns = np.concatenate([sources, np.ones((*levels.shape, 1))], axis=-1)
    low, high = _UNCLIPPED
    fitted_on = where & (levels > low) & (levels < high)
    enough = fitted_on.sum(axis=-1, keepdims=True) >= MIN_BLOCKS
    fitted_on = np.where(enough, fitted_on, where)
    ridge = np.eye(columns.shape[-1])
    weights = fitted_on.astype(np.float64)
    for _ in range(ROUNDS):
        weighted = (columns * weights[..., None]).swapaxes(-1, -2)
        factors = np.linalg.solve(weighted @ columns + ridge, weighted @ levels[..., None])
        # Cauchy weights: what no line explains hardly counts.
        weights = fitted_on / (1 + np.square((levels - (columns @ factors)[..., 0]) / _USUAL))
    return columns, factors


def _monotonic_curve(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """A monotonic curve through medians of y over parts of x, evaluated at each x."""
    order = np.argsort(x, kind="stable")
    x_in_order, y_in_order = x[order], y[order]
    places = _with_ends(x_in_order, _medians_of_parts(x_in_order))
    heights = np.maximum.accumulate(_with_ends(y_in_order, _medians_of_parts(y_in_order)))
    is_new = np.append(True, places[1:] > places[:-1])
    curve: NDArray[np.float32] = np.interp(x, places[is_new], heights[is_new]).astype(np.float32)
    return curve


def _medians_of_parts(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The medians of ``KNOTS`` parts in a row, whose lengths differ by one at most."""
    length, longer = divmod(len(values), KNOTS)
    bounds = np.array([length * part + min(part, longer) for part in range(KNOTS + 1)])
    ordered = np.concatenate([np.sort(values[start:end]) for start, end in pairwise(bounds)])
    # The mean of the two in the middle, which are one and the same of an odd number.
    both = bounds[:-1] + bounds[1:]
    medians: NDArray[np.float32] = (ordered[(both - 1) // 2] + ordered[both // 2]) / 2
    return medians


def _with_ends(values: NDArray[np.float32], within: NDArray[np.float32]) -> NDArray[np.float32]:
    """Some values between the first and the last of others."""
    return np.concatenate([values[:1], within, values[-1:]])
