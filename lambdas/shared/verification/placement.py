"""Where two pictures agree, as people see them: whole and upright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lambdas.shared.pictures import Fingerprint
from lambdas.shared.verification.transforms import (
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

STRAIGHT = 1
"""Degrees by which estimates stray: a picture turned by no more is not turned."""


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
    outline = np.clip(moved(inverse(whole), in_match), 0, 1)
    form = form_of(whole, query.width / query.height, stored.width / stored.height)
    straight = min(form.rotation % 90, -form.rotation % 90) <= STRAIGHT
    rotation = round(form.rotation / 90) * 90 % 360 if straight else form.rotation
    return Placement(whole, form.flipped, rotation, outline, in_match)
