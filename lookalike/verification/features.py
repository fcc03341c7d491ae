"""The evidence as numbers that a model weighs."""

from __future__ import annotations

import numpy as np

from lookalike.verification.block_comparison import BLOCKS, Comparison, Map, weighted_mean
from lookalike.verification.block_view import (
    AGREES,
    BlockView,
    block_view,
    largest_part,
    quantile,
)
from lookalike.verification.candidate import Examination
from lookalike.verification.colour_features import colour_terms

CONTRADICTS = 0.35
"""Correlation of gradients below which blocks with texture in both show different things."""
PHASH_CEILING = 26
"""Beyond this distance a picture is as good as any other."""


def similarity_terms(found: Examination) -> dict[str, float]:
    """What speaks for and against one photograph, by name, always in the same order.

    All zeros beyond the cells where pixels were not compared.
    """
    terms = _cell_terms(found)
    comparison = found.comparison
    if comparison is None:
        return terms | dict.fromkeys(_BLOCK_TERMS, 0.0)
    view = block_view(comparison)
    blocks = (
        _agreement_terms(comparison, view)
        | _contradiction_terms(comparison, view)
        | colour_terms(comparison, view)
    )
    return terms | blocks


def _cell_terms(found: Examination) -> dict[str, float]:
    cells = found.cells
    return {
        "phash": float(min(found.distances.phash, PHASH_CEILING)),
        "matches": float(cells.matches),
        "inliers": float(cells.inliers),
        "inlier_share": cells.inlier_share,
        "inlier_cosine": cells.inlier_cosine,
        "overlap": cells.overlap,
        "alike": cells.alike,
        "alike_share": cells.alike_share,
    }


def _agreement_terms(comparison: Comparison, view: BlockView) -> dict[str, float]:
    textured = np.sort(comparison.agreement[view.textured])
    regions = _regions(comparison.coarse_agreement, view.weight)
    agrees = (comparison.coarse_agreement > AGREES).astype(np.float32)
    return {
        "agreement": weighted_mean(comparison.agreement, view.weight),
        "exact_agreement": weighted_mean(comparison.exact_agreement, view.weight),
        "coarse_agreement": weighted_mean(comparison.coarse_agreement, view.weight),
        "agreeing_share": weighted_mean(agrees, view.weight),
        "agreement_10": quantile(textured, 0.1),
        "agreement_25": quantile(textured, 0.25),
        "agreement_50": quantile(textured, 0.5),
        "agreement_75": quantile(textured, 0.75),
        "textured": float(view.textured.mean()),
        "shown": float(comparison.shown.mean()),
        "texture": float(np.sqrt(np.square(comparison.stored_texture[view.shown]).mean()))
        if view.shown.any()
        else 0.0,
        "texture_ratio": float(
            np.log((comparison.query_texture.sum() + 1) / (_shown_texture(comparison) + 1))
        ),
        "weakest_region": regions[0],
        "second_weakest_region": regions[1],
        "median_region": regions[2],
    }


def _shown_texture(comparison: Comparison) -> float:
    return float((comparison.stored_texture * (comparison.shown > 0)).sum())


def _contradiction_terms(comparison: Comparison, view: BlockView) -> dict[str, float]:
    """Where both have texture, and not the same; how much of that hangs together."""
    disagreeing = view.textured & (comparison.coarse_agreement < AGREES)
    contradicting = view.both & (comparison.coarse_agreement < CONTRADICTS)
    textured = max(1, int(view.textured.sum()))
    both = max(1, int(view.both.sum()))
    largest, box = largest_part(disagreeing)
    largest_both, _ = largest_part(contradicting)
    rest = view.textured & ~disagreeing
    return {
        "disagreeing": float(disagreeing.sum()) / textured,
        "disagreeing_part": largest / textured,
        "disagreeing_outside": (float(disagreeing.sum()) - largest) / textured,
        "disagreeing_fill": largest / max(1, box),
        "contradicting": float(contradicting.sum()) / both,
        "contradicting_part": largest_both / both,
        "both_textured": float(view.both.mean()),
        "agreement_elsewhere": float(comparison.agreement[rest].mean()) if rest.any() else 0.0,
    }


def _regions(agreement: Map, weight: Map) -> tuple[float, float, float]:
    """Agreement of the weakest, the second weakest and the median of 4 x 4 regions with texture."""
    side = BLOCKS // 4
    shape = (4, side, 4, side)
    weights = weight.reshape(shape).sum(axis=(1, 3)).ravel()
    sums = (weight * np.clip(agreement, 0, 1)).reshape(shape).sum(axis=(1, 3)).ravel()
    present = weights > 0.25 * weights.max() if weights.max() > 0 else weights > 0
    if not present.any():
        return 0.0, 0.0, 0.0
    means = np.sort(sums[present] / weights[present])
    return float(means[0]), float(means[min(1, len(means) - 1)]), float(np.median(means))


def _block_term_names() -> tuple[str, ...]:
    empty = np.zeros((BLOCKS, BLOCKS), np.float32)
    black = np.zeros((BLOCKS, BLOCKS, 3), np.float32)
    nothing = Comparison(empty, empty, empty, empty, empty, empty, black, black)
    view = block_view(nothing)
    return tuple(
        _agreement_terms(nothing, view)
        | _contradiction_terms(nothing, view)
        | colour_terms(nothing, view)
    )


_BLOCK_TERMS = _block_term_names()
