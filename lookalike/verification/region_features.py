"""Features of the region whose colours no change of light explains.

A change of light touches everything. Another colour of a product changes one region, and leaves the
rest as it was. So three changes of light are fitted, from none at all to a gain and an offset for
each channel; and for each, the largest region that it does not explain is held against the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.block_maps import BlockMaps, Where, pooled_agreement
from lookalike.verification.block_view import mean
from lookalike.verification.colours import MIN_BLOCKS, Colours, in_light, lab
from lookalike.verification.components import bounding_box_area, grown, largest_component, opened

UNEXPLAINED = 2.5
"""Distance in L*a*b*, with L* counted half, from which a block's colour is not explained."""
CLIPPED = 250.0
"""Level of the darkest channel from which a block is clipped, and says nothing about light."""


def region_features(fine: BlockMaps) -> dict[str, float]:
    """Measure what each change of light leaves unexplained, by region."""
    shown = fine.is_shown
    query, stored = fine.query_rgb, fine.stored_rgb
    clipped = np.minimum(query, stored).min(axis=-1) >= CLIPPED
    tells = _tells_light(fine, shown)
    lights = {
        "same": stored,
        "lit": in_light(stored, query, tells, by_channel=False),
        "balanced": in_light(stored, query, tells, by_channel=True),
    }
    query_lab = lab(query)
    features: dict[str, float] = {}
    for name, lit in lights.items():
        left = query_lab - lab(lit)
        features |= _features_of(name, fine, shown, clipped, left)
    return features


def _tells_light(fine: BlockMaps, shown: Where) -> Where:
    """The blocks to fit light to: not clipped in the query, and not beside one that is.

    Blocks at the edge of a white ground mix levels that are clipped with others that are not.
    """
    clipped = fine.query_rgb.min(axis=-1) >= CLIPPED
    inner = shown & ~grown(clipped)
    return inner if inner.sum() >= MIN_BLOCKS else shown & ~clipped


def _features_of(
    name: str, fine: BlockMaps, shown: Where, clipped: Where, left: Colours
) -> dict[str, float]:
    distance = np.sqrt(np.square(left * np.array([0.5, 1, 1], np.float32)).sum(axis=-1))
    unexplained = shown & (distance > UNEXPLAINED)
    # Edges that do not lie on each other to the pixel leave thin lines.
    region = largest_component(opened(unexplained))
    rest = shown & ~region & ~clipped
    count, size = max(1, int(shown.sum())), float(region.sum())
    agreement, elsewhere = (pooled_agreement(fine, where) for where in (region, rest))
    return {
        f"{name}_unexplained": float(unexplained.sum()) / count,
        f"{name}_region": size / count,
        f"{name}_region_fill": size / max(1, bounding_box_area(region)),
        f"{name}_region_distance": mean(distance, region),
        f"{name}_region_spread": _spread(left, region),
        f"{name}_region_lightness": mean(left[..., 0], region),
        f"{name}_region_agreement": agreement,
        f"{name}_rest": float(rest.sum()) / count,
        f"{name}_rest_distance": mean(distance, rest),
        f"{name}_rest_agreement": elsewhere,
    }


def _spread(left: NDArray[np.float32], where: Where) -> float:
    """How little the differences of a region agree: their deviation by their mean length.

    About 0 where all of it was dyed alike; about 1 and more where it shows something else.
    """
    if not where.any():
        return 0.0
    differences = left[where]
    shift = float(np.linalg.norm(differences.mean(axis=0)))
    return min(10.0, float(np.sqrt(differences.var(axis=0).sum())) / max(0.5, shift))
