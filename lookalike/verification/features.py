"""Features: a verification summed up as named numbers for the classifier."""

from __future__ import annotations

from functools import cache

import numpy as np

from lookalike.fingerprint.distances import Distances
from lookalike.fingerprint.phash import FORMS
from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.block_comparison import (
    BLOCKS,
    BlockComparison,
    weighted_mean,
)
from lookalike.verification.block_maps import BlockMaps, Map
from lookalike.verification.block_sums import PARTS
from lookalike.verification.block_view import (
    AGREES,
    CONTRADICTS,
    BlockView,
    block_view,
    quantile,
)
from lookalike.verification.colour_features import colour_features
from lookalike.verification.components import bounding_box_area, largest_component
from lookalike.verification.detail_features import detail_features
from lookalike.verification.difference_features import difference_features
from lookalike.verification.letter_features import letter_features
from lookalike.verification.region_features import region_features
from lookalike.verification.result import Verification

MAX_PHASH = 26
"""Distance from which all pHashes count as equally far."""


def similarity_features(verification: Verification) -> dict[str, float]:
    """The features of a verification, by name.

    All features of blocks are 0 where no blocks were compared.
    """
    cells = _cell_features(verification)
    if verification.blocks is None:
        return cells | dict.fromkeys(_block_feature_names(), 0.0)
    return cells | _block_features(verification.blocks)


@cache
def feature_names() -> frozenset[str]:
    """The names of all features that ``similarity_features`` computes."""
    nothing = Distances(
        phash=0,
        form=FORMS[0],
        phash_of_others=64,
        of_trimmed_query=False,
        of_trimmed_match=False,
        deep=0,
        deep_centre=0,
    )
    return frozenset(similarity_features(Verification(nothing)))


def _cell_features(verification: Verification) -> dict[str, float]:
    cells = verification.cells
    return {
        "phash": float(min(verification.distances.phash, MAX_PHASH)),
        "matches": float(cells.matches),
        "inliers": float(cells.inliers),
        "inlier_share": cells.inlier_share,
        "inlier_cosine": cells.inlier_cosine,
        "overlap": cells.overlap,
        "alike": cells.alike,
        "alike_share": cells.alike_share,
    }


def _block_features(blocks: BlockComparison) -> dict[str, float]:
    view = block_view(blocks)
    return (
        _agreement_features(blocks, view)
        | _contradiction_features(blocks, view)
        | colour_features(blocks, view)
        | detail_features(blocks.fine)
        | region_features(blocks.fine)
        | difference_features(blocks.pixels)
        | letter_features("parts", blocks.parts)
        | letter_features("letters", blocks.letters)
        | {"fineness": blocks.fineness}
    )


def _agreement_features(comparison: BlockComparison, view: BlockView) -> dict[str, float]:
    textured = np.sort(comparison.agreement[view.textured])
    areas = _area_agreements(comparison.coarse_agreement, view.weight)
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
        "weakest_region": areas[0],
        "second_weakest_region": areas[1],
        "median_region": areas[2],
    }


def _shown_texture(comparison: BlockComparison) -> float:
    return float((comparison.stored_texture * (comparison.shown > 0)).sum())


def _contradiction_features(comparison: BlockComparison, view: BlockView) -> dict[str, float]:
    """Return how much texture differs between the two, and how much of that is connected."""
    disagreeing = view.textured & (comparison.coarse_agreement < AGREES)
    contradicting = view.both & (comparison.coarse_agreement < CONTRADICTS)
    textured = max(1, int(view.textured.sum()))
    both = max(1, int(view.both.sum()))
    part = largest_component(disagreeing)
    largest = float(part.sum())
    largest_both = float(largest_component(contradicting).sum())
    rest = view.textured & ~disagreeing
    return {
        "disagreeing": float(disagreeing.sum()) / textured,
        "disagreeing_part": largest / textured,
        "disagreeing_outside": (float(disagreeing.sum()) - largest) / textured,
        "disagreeing_fill": largest / max(1, bounding_box_area(part)),
        "contradicting": float(contradicting.sum()) / both,
        "contradicting_part": largest_both / both,
        "both_textured": float(view.both.mean()),
        "agreement_elsewhere": float(comparison.agreement[rest].mean()) if rest.any() else 0.0,
    }


def _area_agreements(agreement: Map, weight: Map) -> tuple[float, float, float]:
    """Agreement of the weakest, the second weakest and the median of 4 x 4 areas with texture."""
    side = BLOCKS // 4
    shape = (4, side, 4, side)
    weights = weight.reshape(shape).sum(axis=(1, 3)).ravel()
    sums = (weight * np.clip(agreement, 0, 1)).reshape(shape).sum(axis=(1, 3)).ravel()
    present = weights > 0.25 * weights.max() if weights.max() > 0 else weights > 0
    if not present.any():
        return 0.0, 0.0, 0.0
    means = np.sort(sums[present] / weights[present])
    return float(means[0]), float(means[min(1, len(means) - 1)]), float(np.median(means))


@cache
def _block_feature_names() -> tuple[str, ...]:
    fine, parts = BlockMaps.blank(BLOCKS), BlockMaps.blank(PARTS)
    empty, black = fine.shown, fine.query_rgb
    pixels = AlignedPixels.blank()
    nothing = BlockComparison(
        empty, empty, empty, empty, black, black, empty, empty, fine, parts, None, pixels, 0.0
    )
    return tuple(_block_features(nothing))
