"""Features of the pixels that differ: what covers something, and what uncovers something.

An overlay adds something to the query. Another print or label also takes away what the stored
picture has: the garment shows where it is printed in the other picture, and no overlay uncovers
anything. So the pixels that a change of light does not explain are held, in both pictures, against
the colours around them: where one stands out, something was added to that picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.aligned_pixels import (
    SIDE,
    AlignedPixels,
    Planes,
    Where,
    halved,
    without_rim,
)
from lookalike.verification.components import (
    bounding_box_area,
    grown,
    largest_component,
    opened,
    surrounded,
)
from lookalike.verification.lit_pixels import LitPixels

DIFFERENCES = {"faint": 14.0, "clear": 30.0}
"""Levels, in the channel that differs most, from which a pixel differs: pale prints, and others."""
PLAIN = 12.0
"""Levels up to which a pixel is as what surrounds it."""
STANDS_OUT = 24.0
"""Levels from which it is not."""
MARGIN = 10
"""Pixels at each edge of the frame where frames, banners and replaced backgrounds lie."""
MIN_PART = 0.4
"""Share of a square of 4 x 4 pixels that differs from which the square is part of a region."""
FEW = 3
"""Pixels added to counts that are compared, so that a few of them say little."""


def difference_features(pixels: AlignedPixels) -> dict[str, float]:
    """Measure what differs, pixel by pixel."""
    lit, shown = LitPixels.of(pixels), pixels.shown
    product = shown & _off_ground(pixels.stored)
    differing = {name: differing_pixels(lit, shown, name) for name in DIFFERENCES}
    rest = shown & ~grown(differing["faint"])
    features = {
        "product": _share(product, shown),
        "light_gain": float(np.log(lit.light[:, 0].clip(0.1, 10)).mean()),
        "light_offset": float(lit.light[:, 1].mean()),
        "pixel_difference": _mean(lit.difference, shown),
        "rest_alike": lit.alike(rest),
        "rest_pixel_difference": _mean(lit.difference, rest),
    }
    for name, differs in differing.items():
        near, part = grown(differs), largest_part(differs)
        measures = _added(lit, shown, differs, near) | _surroundings(lit, shown, differs, near)
        measures |= _place(differs, product, part) | _colours(lit, differs)
        measures |= _within_product(differs, product, part, grown(near) & ~near & shown)
        features |= {f"{name}_{measure}": value for measure, value in measures.items()}
    return features


def differing_pixels(lit: LitPixels, shown: Where, kind: str) -> Where:
    """The pixels shown that differ by a kind of ``DIFFERENCES``, without thin lines."""
    return opened(shown & (lit.difference > DIFFERENCES[kind]))


def largest_part(differs: Where) -> Where:
    """The largest connected part of what differs, in squares of 4 x 4 pixels, shape (24, 24)."""
    return largest_component(halved(halved(differs.astype(np.float32))) > MIN_PART)


def _added(lit: LitPixels, shown: Where, differs: Where, near: Where) -> dict[str, float]:
    """How much stands out in the query alone, in the stored picture alone, and in both."""
    query, stored, is_known = lit.from_surroundings(shown & ~near)
    known = differs & is_known
    uncovered = known & (query < PLAIN) & (stored > STANDS_OUT)
    covered = known & (stored < PLAIN) & (query > STANDS_OUT)
    exchanged = known & (query > STANDS_OUT) & (stored > STANDS_OUT)
    counts = [int(each.sum()) + FEW for each in (uncovered, covered)]
    return {
        "differing": _share(differs, shown),
        "uncovered": _share(uncovered, shown),
        "covered": _share(covered, shown),
        "exchanged": _share(exchanged, shown),
        "uncovered_of_differing": _share(uncovered, differs),
        "covered_of_differing": _share(covered, differs),
        "exchanged_of_differing": _share(exchanged, differs),
        "uncovered_core": _share(without_rim(uncovered), shown),
        "covered_core": _share(without_rim(covered), shown),
        "uncovered_to_covered": float(np.log(counts[0] / counts[1])),
    }


def _surroundings(lit: LitPixels, shown: Where, differs: Where, near: Where) -> dict[str, float]:
    """Texture of what differs, and of the ring around it: overlays have edges of their own."""
    ring = near & ~without_rim(differs) & shown
    return {
        "differing_alike": lit.alike(differs),
        "differing_energy": lit.more_texture(differs),
        "ring_alike": lit.alike(ring),
        "ring_energy": lit.more_texture(ring),
    }


def _place(differs: Where, product: Where, part: Where) -> dict[str, float]:
    """Where it is, and how far it is one compact part."""
    on_product = differs & product
    size = int(part.sum())
    return {
        "at_the_margin": _share(differs & _MARGINS, differs),
        "differing_on_product": _share(on_product, differs),
        "differing_of_product": _share(on_product, product),
        "differing_part": size / max(1, int(differs.sum()) / 16),
        "differing_fill": size / max(1, bounding_box_area(part)),
    }


def _within_product(differs: Where, product: Where, part: Where, ring: Where) -> dict[str, float]:
    """How far it is surrounded by what agrees of the product.

    A print stands in the middle of a garment, what sellers lay over a picture at the edge of it.

    Args:
        differs: the pixels.
        product: what is not ground in the stored picture.
        part: the largest connected part of what differs.
        ring: pixels around what differs.
    """
    agreeing = product & ~differs
    across, down = _from_the_middle(part, agreeing)
    return {
        "differing_surrounded": _share(differs & surrounded(agreeing), differs),
        "ring_on_product": _share(ring & product, ring),
        "from_the_edge": _mean(_FROM_THE_EDGE, differs),
        "part_from_the_middle_across": abs(across),
        "part_from_the_middle_down": down,
    }


def _from_the_middle(part: Where, agreeing: Where) -> tuple[float, float]:
    """Where the middle of a part is, across and down from that of the box around what agrees.

    In half sides of the box: beyond 1 and -1 it is outside. 0 without a part or a box.
    """
    if not (part.any() and agreeing.any()):
        return 0.0, 0.0
    scale = SIDE / len(part)
    found = []
    for axis in (0, 1):
        places = np.flatnonzero(agreeing.any(axis=axis))
        first, end = int(places[0]), int(places[-1]) + 1
        at = (np.nonzero(part)[1 - axis].mean() + 0.5) * scale
        found.append(float((2 * at - first - end) / (end - first)))
    return found[0], found[1]


def _colours(lit: LitPixels, differs: Where) -> dict[str, float]:
    """How many colours it has in both pictures, and how far it differs; 0 of none."""
    query, stored = lit.query[:, differs], lit.stored[:, differs]
    if not query.size:
        names = ("query_spread", "stored_spread", "shift", "depth")
        return {f"differing_{name}": 0.0 for name in names}
    return {
        "differing_query_spread": float(query.std(axis=1).mean()),
        "differing_stored_spread": float(stored.std(axis=1).mean()),
        "differing_shift": float(np.abs(query.mean(axis=1) - stored.mean(axis=1)).max()),
        "differing_depth": float(lit.difference[differs].mean()),
    }


def _off_ground(stored: Planes) -> Where:
    """The pixels unlike the ground, whose colour is the median of those at the frame's edge."""
    edges = (stored[:, 0], stored[:, -1], stored[:, :, 0], stored[:, :, -1])
    ordered = np.sort(np.concatenate(edges, axis=1), axis=1)
    # Not by ``np.median``, which imports masked arrays, for tens of milliseconds of a cold start.
    ground = ordered[:, 2 * SIDE - 1 : 2 * SIDE + 1].mean(axis=1)
    return np.asarray(np.abs(stored - ground[:, None, None]).max(axis=0) > PLAIN)


def _share(some: Where, of: Where) -> float:
    return float(some.sum()) / max(1, int(of.sum()))


def _mean(values: NDArray[np.float32], where: Where) -> float:
    return float(values[where].mean()) if where.any() else 0.0


def _margins() -> Where:
    margins = np.ones((SIDE, SIDE), np.bool_)
    margins[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
    return margins


_MARGINS = _margins()
_TO_AN_EDGE = np.minimum(np.arange(SIDE), np.arange(SIDE)[::-1]).astype(np.float32) * (2 / SIDE)
_FROM_THE_EDGE = np.minimum(_TO_AN_EDGE[:, None], _TO_AN_EDGE)
"""Distance of each pixel from the nearest edge of the frame, in half sides."""
