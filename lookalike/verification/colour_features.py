"""Features of colour, which tell another colour of one photograph from another product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_comparison import BlockComparison
from lookalike.verification.block_view import (
    COLOURFUL,
    BlockView,
    chroma,
    mean,
    quantile,
)
from lookalike.verification.colours import light_residuals, tone_residuals
from lookalike.verification.components import largest_component

DARKER = 8.0
"""Difference in L*, after the tone curve, from which a block counts as darker or lighter."""
RECOLOURED = 8.0
"""Distance in a* and b* from which a block counts as recoloured."""
TURNED = 25.0
"""Degrees from which a hue counts as another one."""
WHITE = 240.0
"""Level of the darkest channel from which a block is white, which says nothing of colours."""
CHANGED = 12.0
"""Levels, in the channel that differs most, from which a block counts as changed."""


def colour_features(comparison: BlockComparison, view: BlockView) -> dict[str, float]:
    """Measure what differs in lightness and colour beyond changes of light and filters."""
    lightness, colour = np.abs(view.lightness), view.colour
    shown = max(1, int(view.shown.sum()))
    darker = view.shown & (lightness > DARKER)
    recoloured = view.shown & (colour > RECOLOURED)
    textured = view.textured if view.textured.any() else view.shown
    agreeing = view.agreeing
    return {
        "lightness_mean": mean(lightness, view.shown),
        "lightness_90": quantile(np.sort(lightness[view.shown]), 0.9),
        "lightness_textured": mean(lightness, textured),
        "lightness_agreeing": mean(lightness, agreeing),
        "darker": float(darker.sum()) / shown,
        "darker_part": float(largest_component(darker).sum()) / shown,
        "colour_mean": mean(colour, view.shown),
        "colour_90": quantile(np.sort(colour[view.shown]), 0.9),
        "colour_textured": mean(colour, textured),
        "colour_agreeing": mean(colour, agreeing),
        "recoloured": float(recoloured.sum()) / shown,
        "recoloured_part": float(largest_component(recoloured).sum()) / shown,
        **_hue_features(view),
        **_filter_features(comparison, view),
        **_light_features(comparison, view),
    }


def _filter_features(comparison: BlockComparison, view: BlockView) -> dict[str, float]:
    """Residuals of tone curves, over all that is shown and where both surely agree."""
    features: dict[str, float] = {}
    for place, where in (("shown", view.shown), ("agreeing", view.agreeing)):
        stored, query = comparison.stored_rgb[where], comparison.query_rgb[where]
        for name, by_channel in (("tone", False), ("channels", True)):
            residuals = tone_residuals(stored, query, by_channel=by_channel)
            features |= _residual_features(f"{name}_{place}", residuals)
    return features


def _light_features(comparison: BlockComparison, view: BlockView) -> dict[str, float]:
    """Residuals of a change of light where the picture is not white, and the unchanged share."""
    stored, query = comparison.stored_rgb, comparison.query_rgb
    coloured = view.shown & (np.minimum(stored, query).min(axis=-1) < WHITE)
    stayed = np.abs(stored - query).max(axis=-1) < CHANGED
    features: dict[str, float] = {}
    for place, where in (("coloured", coloured), ("agreeing", view.agreeing)):
        for name, by_channel in (("light", False), ("balance", True)):
            residuals = light_residuals(stored[where], query[where], by_channel=by_channel)
            features |= _residual_features(f"{name}_{place}", residuals)
        features[f"stayed_{place}"] = float(stayed[where].mean()) if where.any() else 0.0
    return features


def _residual_features(name: str, residuals: NDArray[np.float32]) -> dict[str, float]:
    """Mean and 90 % quantile of residuals; 0 of no blocks."""
    return {
        name: float(residuals.mean()) if len(residuals) else 0.0,
        f"{name}_90": quantile(np.sort(residuals), 0.9),
    }


def _hue_features(view: BlockView) -> dict[str, float]:
    """Return how the hues of colourful blocks are turned, degrees, and how saturation changed."""
    query, stored = chroma(view.query_lab), chroma(view.stored_lab)
    weight = np.minimum(np.abs(query), np.abs(stored))
    turn = np.degrees(np.abs(np.angle(query * np.conj(stored))))
    colourful = view.shown & (weight > COLOURFUL)
    agreeing = view.agreeing & (weight > COLOURFUL)
    stored_chroma = mean(np.abs(stored), view.shown)
    return {
        "hue_turn": _weighted_median(turn[colourful], weight[colourful]),
        "hue_turn_agreeing": _weighted_median(turn[agreeing], weight[agreeing]),
        "turned": float((turn[colourful] > TURNED).sum()) / max(1, int(colourful.sum())),
        "turned_agreeing": float((turn[agreeing] > TURNED).sum()) / max(1, int(agreeing.sum())),
        "colourful": float(colourful.sum()) / max(1, int(view.shown.sum())),
        "saturation": float(np.log((mean(np.abs(query), view.shown) + 1) / (stored_chroma + 1))),
        "stored_chroma": stored_chroma,
        "query_chroma": mean(np.abs(query), view.shown),
    }


def _weighted_median(values: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """The value with half of the weight below it; 0 of none."""
    if not len(values):
        return 0.0
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])
