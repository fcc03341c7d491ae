"""What a worker is asked to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from lookalike.duplicates.grouping import pairs_to_compare
from lookalike.storage.duplicates import PictureLink


class PictureTask(NamedTuple):
    """What a picture is to be compared with.

    Attributes:
        fingerprint_id: of the picture.
        others: of those that it is compared with; empty: those that are nearest to it.
    """

    fingerprint_id: str
    others: tuple[str, ...] = ()


def open_pairs(links: Iterable[PictureLink], least: float) -> Iterator[PictureTask]:
    """Pairs that have a common neighbour, and about which nothing is known.

    Args:
        links: all that are known, of any probability.
        least: probability from which pictures are linked.
    """
    pairs = sorted(pairs_to_compare(links, least))
    for name, found in groupby(pairs, itemgetter(0)):
        yield PictureTask(name, tuple(other for _, other in found))
