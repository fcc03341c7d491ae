"""The terms that speak of colour: another colour of one photograph, or another product."""

from __future__ import annotations

import numpy as np

from lambdas.shared.verification.block_view import (
    COLOURFUL,
    BlockView,
    chroma,
    largest_part,
    mean,
    quantile,
)
from lambdas.shared.verification.colours import unexplained
from lambdas.shared.verification.comparison import Comparison

DARKER = 8.0
"""Steps of lightness by which a block differs after the tone curve."""
RECOLOURED = 8.0
"""Distance in a* and b*."""
TURNED = 25.0
"""Degrees by which a hue is another one."""


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
    }


def _filter_terms(comparison: Comparison, view: BlockView) -> dict[str, float]:
    """What tone curves leave unexplained, in all that is shown and where both surely agree."""
    terms: dict[str, float] = {}
    for place, where in (("shown", view.shown), ("agreeing", view.agreeing)):
        stored, query = comparison.stored_rgb[where], comparison.query_rgb[where]
        for name, by_channel in (("tone", False), ("channels", True)):
            rest = unexplained(stored, query, by_channel=by_channel)
            terms[f"{name}_{place}"] = float(rest.mean()) if len(rest) else 0.0
            terms[f"{name}_{place}_90"] = quantile(np.sort(rest), 0.9)
    return terms


def _hue_terms(view: BlockView) -> dict[str, float]:
    """How the hues of colourful blocks are turned, degrees, and how saturation changed."""
    query, stored = chroma(view.query_lab), chroma(view.stored_lab)
    weight = np.minimum(np.abs(query), np.abs(stored)) * view.shown
    colourful = weight > COLOURFUL
    turn = np.degrees(np.abs(np.angle(query * np.conj(stored))))
    order = np.argsort(turn[colourful])
    heaped = np.cumsum(weight[colourful][order])
    median = turn[colourful][order][np.searchsorted(heaped, heaped[-1] / 2)] if len(order) else 0.0
    stored_chroma = mean(np.abs(stored), view.shown)
    return {
        "hue_turn": float(median),
        "turned": float((colourful & (turn > TURNED)).sum()) / max(1, int(colourful.sum())),
        "colourful": float(colourful.sum()) / max(1, int(view.shown.sum())),
        "saturation": float(np.log((mean(np.abs(query), view.shown) + 1) / (stored_chroma + 1))),
        "stored_chroma": stored_chroma,
        "query_chroma": mean(np.abs(query), view.shown),
    }
