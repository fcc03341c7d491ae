"""Features of fine blocks: where something small differs, and whether plain surfaces agree.

Another print on the same garment differs in few blocks, and everything around it agrees to the
pixel. A product on white has much texture at its outline, which others of its kind share, and
little within. So texture is also asked of the inside alone, and of faint texture alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_maps import BlockMaps, Where, pooled_agreement
from lookalike.verification.block_view import AGREES, CONTRADICTS, TEXTURED, mean
from lookalike.verification.components import grown, largest_component

FAINT = 1.5
"""Root mean square gradient, grey levels over two pixels, that noise alone does not reach."""
MORE = 2.5
"""Factor by which texture is stronger in one picture where something was laid over."""
OFF_GROUND = 12.0
"""Levels, in the channel that differs most, from which a block is not ground."""


def detail_features(fine: BlockMaps) -> dict[str, float]:
    """Measure agreement and contradictions of texture in fine blocks."""
    shown = fine.is_shown
    either = fine.texture
    return {
        "fine_agreement": pooled_agreement(fine, shown),
        "faint_agreement": pooled_agreement(fine, shown & (either > FAINT) & (either < TEXTURED)),
        **_contradiction_features(fine, shown),
        **_overlay_features(fine, shown),
        **_foreground_features(fine, shown),
    }


def _contradiction_features(fine: BlockMaps, shown: Where) -> dict[str, float]:
    lower = np.minimum(fine.query_texture, fine.stored_texture)
    both = shown & (lower > TEXTURED)
    contradicting = both & (fine.agreement < CONTRADICTS)
    part = largest_component(contradicting)
    power = np.square(lower)
    count = max(1, int(both.sum()))
    return {
        "fine_contradicting": float(contradicting.sum()) / count,
        "fine_contradicting_part": float(part.sum()) / count,
        "fine_contradicting_size": float(part.sum()),
        "fine_contradicting_power": float(power[contradicting].sum())
        / max(1.0, float(power[both].sum())),
        **_part_features(fine, shown),
    }


def _part_features(fine: BlockMaps, shown: Where) -> dict[str, float]:
    """The largest part that disagrees: what is in it, and whether its surroundings agree."""
    either = fine.texture
    part = largest_component(shown & (either > TEXTURED) & (fine.agreement < AGREES))
    around = grown(part) & ~part & shown
    difference = fine.colour_difference
    query, stored = (mean(texture, part) for texture in (fine.query_texture, fine.stored_texture))
    return {
        "part": float(part.sum()) / max(1, int(shown.sum())),
        "part_query_texture": query,
        "part_stored_texture": stored,
        "part_texture_ratio": float(np.log((query + 1) / (stored + 1))),
        "part_agreement": pooled_agreement(fine, part),
        "part_difference": mean(difference, part),
        "part_query_spread": _spread(fine.query_rgb, part),
        "part_stored_spread": _spread(fine.stored_rgb, part),
        "around_agreement": pooled_agreement(fine, around),
        "around_difference": mean(difference, around),
    }


def _overlay_features(fine: BlockMaps, shown: Where) -> dict[str, float]:
    """How much is textured in one picture and plain in the other, and how much is connected."""
    query, stored = fine.query_texture, fine.stored_texture
    count = max(1, int(shown.sum()))
    features = {}
    for name, more, less in (("added", query, stored), ("removed", stored, query)):
        there = shown & (more > TEXTURED) & (more > MORE * less)
        features[name] = float(there.sum()) / count
        features[f"{name}_part"] = float(largest_component(there).sum()) / count
    return features


def _foreground_features(fine: BlockMaps, shown: Where) -> dict[str, float]:
    """Agreement of the foreground alone, its outline and its inside apart."""
    foreground = shown & (_off_ground(fine.query_rgb, shown) | _off_ground(fine.stored_rgb, shown))
    inside = ~grown(~foreground) & foreground
    outline = foreground & ~inside
    either = fine.texture
    textured = inside & (either > TEXTURED)
    contradicting = textured & (fine.agreement < CONTRADICTS)
    count = max(1, int(shown.sum()))
    return {
        "foreground": float(foreground.sum()) / count,
        "inside": float(inside.sum()) / count,
        "inside_textured": float(textured.sum()) / max(1, int(inside.sum())),
        "inside_agreement": pooled_agreement(fine, inside),
        "inside_faint_agreement": pooled_agreement(fine, inside & (either < TEXTURED)),
        "inside_contradicting": float(contradicting.sum()) / max(1, int(textured.sum())),
        "outline_agreement": pooled_agreement(fine, outline),
        "inside_difference": mean(fine.colour_difference, inside),
    }


def _off_ground(rgb: NDArray[np.float32], shown: Where) -> Where:
    """The blocks unlike the ground, whose colour is the median of the blocks at the edge."""
    edge = shown & grown(~shown) if not shown.all() else ~_inner(shown.shape)
    ground = np.median(rgb[edge], axis=0) if edge.any() else np.zeros(3, np.float32)
    return np.asarray(np.abs(rgb - ground).max(axis=-1) > OFF_GROUND)


def _inner(shape: tuple[int, ...]) -> Where:
    inner = np.zeros(shape, np.bool_)
    inner[1:-1, 1:-1] = True
    return inner


def _spread(rgb: NDArray[np.float32], where: Where) -> float:
    """Standard deviation of the colours of some blocks, in levels; 0 of none."""
    return float(rgb[where].std(axis=0).mean()) if where.any() else 0.0
