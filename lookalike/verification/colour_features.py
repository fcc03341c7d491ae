"""The terms that speak of colour: another colour of one photograph, or another product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_comparison import Comparison
from lookalike.verification.block_view import (
    COLOURFUL,
    BlockView,
    chroma,
    largest_part,
    mean,
    quantile,
)
from lookalike.verification.colours import unexplained, unlit

DARKER = 8.0
"""Steps of lightness by which a block differs after the tone curve."""
RECOLOURED = 8.0
"""Distance in a* and b*."""
TURNED = 25.0
"""Degrees by which a hue is another one."""
WHITE = 240.0
"""Level of the darkest channel from which a block is white: it tells nothing about colours."""
CHANGED = 12.0
"""Levels, of the channel that differs most."""


def colour_terms(comparison: Comparison, view: BlockView) -> dict[str, float]:
    """What differs in lightness and colour once light and filters are allowed for."""
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
        "darker_part": largest_part(darker)[0] / shown,
        "colour_mean": mean(colour, view.shown),
        "colour_90": quantile(np.sort(colour[view.shown]), 0.9),
        "colour_textured": mean(colour, textured),
        "colour_agreeing": mean(colour, agreeing),
        "recoloured": float(recoloured.sum()) / shown,
        "recoloured_part": largest_part(recoloured)[0] / shown,
        **_hue_terms(view),
        **_filter_terms(comparison, view),
        **_light_terms(comparison, view),
    }


def _filter_terms(comparison: Comparison, view: BlockView) -> dict[str, float]:
    """What tone curves leave unexplained, in all that is shown and where both surely agree."""
    terms: dict[str, float] = {}
    for place, where in (("shown", view.shown), ("agreeing", view.agreeing)):
        stored, query = comparison.stored_rgb[where], comparison.query_rgb[where]
        for name, by_channel in (("tone", False), ("channels", True)):
            rest = unexplained(stored, query, by_channel=by_channel)
            terms |= _rest_terms(f"{name}_{place}", rest)
    return terms


def _light_terms(comparison: Comparison, view: BlockView) -> dict[str, float]:
    """What light leaves unexplained where the picture is not white, and what stayed as it was."""
    stored, query = comparison.stored_rgb, comparison.query_rgb
    coloured = view.shown & (np.minimum(stored, query).min(axis=-1) < WHITE)
    stayed = np.abs(stored - query).max(axis=-1) < CHANGED
    terms: dict[str, float] = {}
    for place, where in (("coloured", coloured), ("agreeing", view.agreeing)):
        for name, by_channel in (("light", False), ("balance", True)):
            rest = unlit(stored[where], query[where], by_channel=by_channel)
            terms |= _rest_terms(f"{name}_{place}", rest)
        terms[f"stayed_{place}"] = float(stayed[where].mean()) if where.any() else 0.0
    return terms


def _rest_terms(name: str, rest: NDArray[np.float32]) -> dict[str, float]:
    """Mean and 90 % quantile of what is left over; 0 of no blocks."""
    return {
        name: float(rest.mean()) if len(rest) else 0.0,
        f"{name}_90": quantile(np.sort(rest), 0.9),
    }


def _hue_terms(view: BlockView) -> dict[str, float]:
    """How the hues of colourful blocks are turned, degrees, and how saturation changed."""
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
    heaped = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heaped, heaped[-1] / 2)])
