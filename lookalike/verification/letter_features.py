"""Features of letters: of the smallest blocks, in which one word differs from another.

Packs of two flavours differ in a line of letters, and everything around it agrees. In a block that
is as large as several letters, what surrounds them outweighs them in any resolution; in parts as
small as a letter they show. How far parts of a copy disagree follows from noise and blur, which
leave about as much unexplained in every part of a pair: what is far more in a few parts, and as
strong in both pictures, was exchanged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_maps import BlockMaps, Map, Where, pooled_agreement
from lookalike.verification.block_sums import NOISE
from lookalike.verification.block_view import TEXTURED, mean, quantile
from lookalike.verification.components import bounding_box_area, grown, largest_component
from lookalike.verification.detail_features import MORE

DIFFERS = 0.5
"""Correlation of gradients below which parts may show different letters."""
OPPOSES = 0.2
"""Correlation of gradients below which they surely do."""
BALANCED = 1.7
"""Factor up to which texture is as strong in one picture as in the other."""
SAME_COLOUR = 14.0
"""Levels, in the channel that differs most, up to which parts have one colour."""
FEWEST = (4, 10, 30)
"""Parts that agree least, over which means are taken."""
LEAST_NOISE = 6.0
"""Squared levels that are always unexplained."""
UNEVEN = 0.03
"""Share of a part's power that an alignment may leave unexplained."""


def letter_features(prefix: str, maps: BlockMaps | None) -> dict[str, float]:
    """Measure agreement and contradictions of texture in parts.

    Without maps all are 0, the share of textured parts among them.

    Args:
        prefix: of the names.
        maps: of the parts.
    """
    features = dict.fromkeys(_NAMES, 0.0) if maps is None else _features(maps)
    return {f"{prefix}_{name}": value for name, value in features.items()}


def _features(maps: BlockMaps) -> dict[str, float]:
    shown = maps.is_shown
    lower = np.minimum(maps.query_texture, maps.stored_texture)
    both = shown & (lower > TEXTURED)
    balanced = both & (maps.texture < BALANCED * lower)
    agreement = _correlation(maps)
    return (
        {
            "both": float(both.sum()) / max(1, int(shown.sum())),
            "balanced": float(balanced.sum()) / max(1, int(both.sum())),
            "any_fewest": _least(agreement[both], FEWEST[1]),
        }
        | _surprises(maps, agreement, balanced, lower)
        | _differing_part(maps, agreement, balanced, lower)
        | _one_sided(maps, shown)
    )


def _surprises(maps: BlockMaps, agreement: Map, balanced: Where, lower: Map) -> dict[str, float]:
    """How far the parts that agree least do, and how much more they leave unexplained."""
    power = np.square(lower)
    unexplained = power * (1 - agreement)
    noise = float(np.median(unexplained[balanced])) if balanced.any() else 0.0
    surprise = (unexplained / (noise + LEAST_NOISE + UNEVEN * power)).astype(np.float32)
    same = balanced & (maps.colour_difference < SAME_COLOUR)
    ordered = np.sort(agreement[balanced])
    features = {
        "noise": float(np.log1p(noise)),
        "agreement_05": quantile(ordered, 0.05),
        "agreement_25": quantile(ordered, 0.25),
        "same_colour_fewest": _least(agreement[same], FEWEST[0]),
        "same_colour_surprise": _most(surprise[same], FEWEST[0]),
        "opposing": float((balanced & (agreement < OPPOSES)).sum()),
    }
    for count in FEWEST:
        features[f"fewest_{count}"] = _least(agreement[balanced], count)
        features[f"surprise_{count}"] = _most(surprise[balanced], count)
    return features


def _differing_part(
    maps: BlockMaps, agreement: Map, balanced: Where, lower: Map
) -> dict[str, float]:
    """The largest connected part that differs: its size, shape, colours, and what surrounds it."""
    differing = balanced & (agreement < DIFFERS)
    part = largest_component(differing)
    return {
        "differing": float(differing.sum()),
        "differing_part": float(part.sum()),
        "differing_part_fill": float(part.sum()) / max(1, bounding_box_area(part)),
        "differing_part_shape": _shape(part),
        "differing_part_agreement": pooled_agreement(maps, part),
        "differing_part_texture": mean(lower, part),
        "differing_part_colour": mean(maps.colour_difference, part),
        "rest_agreement": pooled_agreement(maps, balanced & ~grown(part)),
    }


def _one_sided(maps: BlockMaps, shown: Where) -> dict[str, float]:
    """The largest connected part that is textured in one picture and plain in the other."""
    query, stored = maps.query_texture, maps.stored_texture
    return {
        f"{name}_part": float(
            largest_component(shown & (more > TEXTURED) & (more > MORE * less)).sum()
        )
        for name, more, less in (("added", query, stored), ("removed", stored, query))
    }


def _correlation(maps: BlockMaps) -> Map:
    """The correlation of gradients without the noise that is assumed in blocks, -1 to 1."""
    query, stored = np.square(maps.query_texture), np.square(maps.stored_texture)
    scale = np.sqrt((query + NOISE) * (stored + NOISE) / np.maximum(query * stored, 1e-3))
    correlation: Map = np.clip(maps.agreement * scale, -1, 1)
    return correlation


def _least(values: NDArray[np.float32], count: int) -> float:
    """The mean of the least of some values; what is missing counts as 1."""
    few = np.sort(values)[:count]
    return float(few.sum() + count - len(few)) / count


def _most(values: NDArray[np.float32], count: int) -> float:
    """The mean of the largest of some values; what is missing counts as 0."""
    return float(np.sort(values)[-count:].sum()) / count


def _shape(part: Where) -> float:
    """How much wider than high a part is; natural logarithm."""
    rows, columns = np.nonzero(part)
    return float(np.log((np.ptp(columns) + 1) / (np.ptp(rows) + 1))) if len(rows) else 0.0


_NAMES = tuple(_features(BlockMaps.blank(1)))
