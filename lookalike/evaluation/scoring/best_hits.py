"""The best hits of copies and unrelated queries, of one catalogue or of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from lookalike.evaluation.scoring.reliability import (
    Reliability,
    ReliabilityBin,
    reliability,
    reliability_from,
)


@dataclass(frozen=True, slots=True)
class BestHits:
    """The best hits of some queries; all lists are in the order of the queries.

    Attributes:
        scores: of the hits; 0 without one.
        right: whether each hit is right.
        copies: whether each query is a copy, as opposed to an unrelated picture.
        pictures: the picture that each query asks about.
    """

    scores: Sequence[float]
    right: Sequence[bool]
    copies: Sequence[bool]
    pictures: Sequence[str]

    def reliability(self) -> Reliability:
        """Reliability of scores on copies and unrelated queries in equal weight."""
        return reliability(self.scores, self.right, self.copies, self.pictures)

    def reliability_from(self, limit: float) -> ReliabilityBin | None:
        """Reliability of the hits with a score of at least ``limit``; ``None`` without any."""
        return reliability_from(self.scores, self.right, self.copies, limit, self.pictures)


def pooled(found: Iterable[BestHits]) -> BestHits:
    """The hits of all queries, each in the same weight as the others of its kind."""
    every = list(found)
    return BestHits(
        list(chain.from_iterable(each.scores for each in every)),
        list(chain.from_iterable(each.right for each in every)),
        list(chain.from_iterable(each.copies for each in every)),
        list(chain.from_iterable(each.pictures for each in every)),
    )
