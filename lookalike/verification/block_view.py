"""The parts of a block comparison that features need: blocks that count, and colour differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_comparison import BlockComparison
from lookalike.verification.block_maps import Map
from lookalike.verification.colours import Colours, lab

TEXTURED = 6.0
"""Root mean square gradient, grey levels over two pixels, from which a block has texture."""
AGREES = 0.5
"""Correlation of gradients from which blocks show the same."""
CONTRADICTS = 0.35
"""Correlation of gradients below which blocks, textured in both, show different things."""
COLOURFUL = 5.0
"""Chroma from which a hue means something."""


@dataclass(frozen=True, eq=False)
class BlockView:
    """Values of a block comparison that several features need.

    Attributes:
        shown: blocks that are shown for the most part.
        weight: the larger texture of both, cut off at its upper quartile.
        textured: blocks with texture in either.
        both: blocks with texture in both.
        agreeing: textured blocks whose gradients agree: what both surely show.
        query_lab: colours of the query.
        stored_lab: colours of the stored picture.
        lightness: signed difference in L* after the tone curve.
        colour: distance in a* and b* after the query's saturation is fitted.
    """

    shown: NDArray[np.bool_]
    weight: Map
    textured: NDArray[np.bool_]
    both: NDArray[np.bool_]
    agreeing: NDArray[np.bool_]
    query_lab: Colours
    stored_lab: Colours
    lightness: Map
    colour: Map


def block_view(comparison: BlockComparison) -> BlockView:
    """Derive the values that several features need."""
    shown, either = comparison.is_shown, comparison.texture
    ceiling = np.percentile(either[shown], 75) if shown.any() else 0.0
    weight = (np.minimum(either, ceiling) * shown).astype(np.float32)
    lower = np.minimum(comparison.query_texture, comparison.stored_texture)
    query_lab, stored_lab = lab(comparison.query_rgb), lab(comparison.stored_rgb)
    return BlockView(
        shown=shown,
        weight=weight,
        textured=shown & (either > TEXTURED),
        agreeing=shown & (either > TEXTURED) & (comparison.coarse_agreement > AGREES),
        query_lab=query_lab,
        stored_lab=stored_lab,
        both=shown & (lower > TEXTURED),
        lightness=_lightness_difference(query_lab[..., 0], stored_lab[..., 0], shown),
        colour=_colour_difference(query_lab, stored_lab, shown),
    )


def _lightness_difference(query: Map, stored: Map, shown: NDArray[np.bool_]) -> Map:
    """Stored lightness minus the query's, under the linear tone curve that fits most blocks."""
    slope, offset = 1.0, 0.0
    kept = shown.copy()
    for _ in range(3):
        if kept.sum() < 8:  # noqa: PLR2004 - too few for a line
            break
        x, y = query[kept], stored[kept]
        spread = float(x.std())
        slope = (
            float(np.clip(np.cov(x, y)[0, 1] / max(1.0, spread**2), 0.4, 2.5))
            if spread > 1
            else 1.0
        )
        offset = float(np.median(y - slope * x))
        away = np.abs(stored - slope * query - offset)
        kept = shown & (away <= np.percentile(away[shown], 80))
    return (stored - slope * query - offset).astype(np.float32)


def _colour_difference(query_lab: Colours, stored_lab: Colours, shown: NDArray[np.bool_]) -> Map:
    """Distance of chroma after the query's is scaled to the stored picture's median."""
    query, stored = chroma(query_lab), chroma(stored_lab)
    colourful = shown & (np.minimum(np.abs(query), np.abs(stored)) > COLOURFUL)
    gain = 1.0
    if colourful.sum() >= 8:  # noqa: PLR2004 - too few to tell
        ratio = np.median(np.abs(stored[colourful]) / np.abs(query[colourful]))
        gain = float(np.clip(ratio, 0.5, 2))
    return np.abs(stored - gain * query).astype(np.float32)


def chroma(lab_colours: Colours) -> NDArray[np.complex64]:
    """a* and b* as one complex number."""
    return (lab_colours[..., 1] + 1j * lab_colours[..., 2]).astype(np.complex64)


def mean(values: Map, where: NDArray[np.bool_]) -> float:
    """The mean of the values of some blocks; 0 of none."""
    return float(values[where].mean()) if where.any() else 0.0


def quantile(ordered: NDArray[np.float32], share: float) -> float:
    """The quantile of ordered values, by rank; 0 of none."""
    return float(ordered[int(share * (len(ordered) - 1))]) if len(ordered) else 0.0
