"""Which stored pictures are verified in which views of a query: those near on the deep hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.distances import hamming
from lookalike.fingerprint.layout import HashRows
from lookalike.matching.views import View
from lookalike.pictures import Picture


class Nearness(NamedTuple):
    """Which pairs of a view and a stored picture are verified.

    Attributes:
        distance: bits between their deep hashes up to which they are.
        most: how many pairs at most: the nearest ones.
        views: in how many views each picture is verified, at most.
        part: share (0 to 1) of what a picture has within its border that a view must show, at
            least.
    """

    distance: int
    most: int
    views: int = 1
    part: float = 0.0


CLEARLY_NEAR = Nearness(160, 3)
"""For quarter turns and negatives: 95 % of cropped and turned pictures are as near. Of unrelated
pictures, hardly any photograph and every eighth shop picture in a common pose is, at 300
pictures."""
NEAR_WITHIN = Nearness(190, 6, part=0.4)
"""For what lies within rectangles, few of which are pictures of their own. A print or a logo may be
on two products, and is a small part of them. Of its frame, a product on wide white is one, too."""
POSSIBLY_NEAR = Nearness(215, 12, views=2)
"""For turns by any angle and windows, among some thousand pictures. The nearest of the turned views
may be turned the wrong way, so each picture is verified in two; ``docs/decisions.md`` has what
they find."""


def near_pairs(
    views: Sequence[View], rows: HashRows, pictures: Iterable[Picture], nearness: Nearness
) -> dict[View, list[Picture]]:
    """The pictures that are near to a view, each by the views that are nearest to it.

    Args:
        views: of one query.
        rows: their deep hashes, one row each.
        pictures: stored ones.
        nearness: how near they have to be.
    """
    pairs = [
        (*pair, picture)
        for picture in pictures
        for pair in _nearest_rows(rows, picture)[: nearness.views]
    ]
    near = sorted((pair for pair in pairs if pair[0] <= nearness.distance), key=lambda p: p[0])
    found: dict[View, list[Picture]] = {}
    for _, number, picture in near[: nearness.most]:
        found.setdefault(views[number], []).append(picture)
    return found


def _nearest_rows(rows: HashRows, picture: Picture) -> list[tuple[int, int]]:
    """The distances of a stored picture from all rows, the smallest first, and their numbers."""
    hashes = picture.fingerprint.hashes
    stored = [hashes[field] for field in DeepHash.layout.fields if field in hashes]
    each = hamming(rows, np.stack([np.frombuffer(value, np.uint8) for value in stored])).min(axis=1)
    return [(int(each[number]), int(number)) for number in each.argsort(kind="stable")]
