"""Where two pictures agree, as people see them: whole and upright."""

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
    box_to_unit,
    clipped_to_frame,
    form_of,
    inverse,
    moved,
)

FLAT = 0.01
"""Of a side: a corner that lies so near to the line between its neighbours is none."""
STRAIGHT = 1
"""Degrees by which estimates stray: a picture turned by no more is not turned."""


Point = NDArray[np.float64]
"""Shape (2,)."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How the query lies on the stored picture.

    Attributes:
        transform: from the query's whole frame to the stored one.
        flipped: whether the query is mirrored.
        rotation: whole degrees clockwise by which it is turned after that.
        outline_of_query: corners of the shared area in the query, in its unit square.
        outline_of_match: the same corners in the stored picture.
    """

    transform: Transform
    flipped: bool
    rotation: int
    outline_of_query: Points
    outline_of_match: Points

    @property
    def area_of_query(self) -> float:
        """Share of the query that is shared."""
        return min(1.0, area(self.outline_of_query))

    @property
    def area_of_match(self) -> float:
        """Share of the stored picture that is."""
        return min(1.0, area(self.outline_of_match))


def placement(transform: Transform, query: Fingerprint, stored: Fingerprint) -> Placement | None:
    """The placement of whole frames; ``None`` where they do not meet.

    Args:
        transform: from the query's trimmed frame to the stored one.
        query: of the asked picture.
        stored: of the catalogue picture.
    """
    whole = inverse(box_to_unit(stored.trim_box)) @ transform @ box_to_unit(query.trim_box)
    # Clipped where the query's corners come to lie: going back, some may be beyond the horizon.
    in_match = clipped_to_frame(moved(whole, CORNERS))
    if len(in_match) < 3:  # noqa: PLR2004 - no area
        return None
    in_query = np.clip(moved(inverse(whole), in_match), 0, 1)
    corners = _corners(in_query, in_match)
    form = form_of(whole, query.width / query.height, stored.width / stored.height)
    straight = min(form.rotation % 90, -form.rotation % 90) <= STRAIGHT
    rotation = round(form.rotation / 90) * 90 % 360 if straight else form.rotation
    return Placement(whole, form.flipped, rotation, in_query[corners], in_match[corners])


def _corners(*outlines: Points) -> list[int]:
    """Which points are corners of one outline at least: clipping leaves some that are none."""
    kept = list(range(len(outlines[0])))
    for point in range(len(outlines[0])):
        place = kept.index(point)
        around = [kept[place - 1], point, kept[(place + 1) % len(kept)]]
        is_flat = all(_height(*outline[around]) < FLAT for outline in outlines)
        if is_flat and len(kept) > 3:  # noqa: PLR2004 - fewer have no area
            kept.remove(point)
    return kept


def _height(before: Point, corner: Point, after: Point) -> float:
    """How far a corner lies from the line between its neighbours."""
    side, to_corner = after - before, corner - before
    length = float(np.hypot(*side))
    if length == 0:
        return float(np.hypot(*to_corner))
    return abs(float(side[0] * to_corner[1] - side[1] * to_corner[0])) / length
