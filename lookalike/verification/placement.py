"""Placement: where two pictures agree, in their whole frames, as people see them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.pictures import Fingerprint
from lookalike.verification.transforms import (
    CORNERS,
    Points,
    Transform,
    area,
    before_horizon,
    box_to_unit,
    clipped_to_frame,
    form_of,
    inverse,
    moved,
)

MAX_FLAT = 0.01
"""Share of a side: a corner as near as this to the line between its neighbours is none."""
MAX_STRAIGHT = 1
"""Degrees by which estimates are off: a picture turned by no more is not turned."""

Point = NDArray[np.float64]
"""Shape (2,)."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How the query lies on the stored picture.

    Attributes:
        transform: from the query's whole frame to the stored one.
        flipped: whether the query is mirrored.
        rotation: whole degrees clockwise by which the query is turned after mirroring.
        outline_of_query: corners of the shared area in the query, in its unit square; of a view
            that was compared in its surroundings, also beyond it.
        outline_of_match: the same corners in the stored picture, in its unit square.
    """

    transform: Transform
    flipped: bool
    rotation: int
    outline_of_query: Points
    outline_of_match: Points

    @property
    def area_of_query(self) -> float:
        """Share (0 to 1) of the query that lies within the shared area."""
        return min(1.0, area(self.outline_of_query))

    @property
    def area_of_match(self) -> float:
        """Share (0 to 1) of the stored picture that lies within the shared area."""
        return min(1.0, area(self.outline_of_match))


def place_query(
    transform: Transform, query: Fingerprint, stored: Fingerprint, shown: Points = CORNERS
) -> Placement | None:
    """Place the whole query on the whole stored picture; ``None`` where they do not overlap.

    Args:
        transform: from the query's trimmed frame to the stored one.
        query: the fingerprint of the query.
        stored: the fingerprint of the catalogue picture.
        shown: corners of what was compared, in the unit square of the whole query: of a view, those
            of its surroundings, which lie beyond it.
    """
    whole = inverse(box_to_unit(stored.trim_box)) @ transform @ box_to_unit(query.trim_box)
    # Depth is positive where the pictures agree; corners of wide borders may be beyond the horizon.
    in_match = clipped_to_frame(moved(whole, before_horizon(whole, shown)))
    if len(in_match) < 3:  # noqa: PLR2004 - no area
        return None
    in_query = np.clip(moved(inverse(whole), in_match), shown.min(axis=0), shown.max(axis=0))
    corners = _corners(in_query, in_match)
    form = form_of(whole, query.width / query.height, stored.width / stored.height)
    straight = min(form.rotation % 90, -form.rotation % 90) <= MAX_STRAIGHT
    rotation = round(form.rotation / 90) * 90 % 360 if straight else form.rotation
    return Placement(whole, form.flipped, rotation, in_query[corners], in_match[corners])


def _corners(*outlines: Points) -> list[int]:
    """Indices of the points that are corners of at least one outline: clipping adds others."""
    kept = list(range(len(outlines[0])))
    for point in range(len(outlines[0])):
        place = kept.index(point)
        around = [kept[place - 1], point, kept[(place + 1) % len(kept)]]
        is_flat = all(_height(*outline[around]) < MAX_FLAT for outline in outlines)
        if is_flat and len(kept) > 3:  # noqa: PLR2004 - fewer have no area
            kept.remove(point)
    return kept


def _height(before: Point, corner: Point, after: Point) -> float:
    """Return the distance of a corner from the line between its neighbours."""
    side, to_corner = after - before, corner - before
    length = float(np.hypot(*side))
    if length == 0:
        return float(np.hypot(*to_corner))
    return abs(float(side[0] * to_corner[1] - side[1] * to_corner[0])) / length
