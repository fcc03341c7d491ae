"""Figures of merit, from scores and from whether hits are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

Floats = NDArray[np.float64]
Z95 = 1.959964
"""Quantile of the normal distribution: 95 % lie between it and its negative."""
FALSE_PER = 1000
"""Number of unrelated queries of which one may be a false match at the strict threshold."""


def threshold(unrelated: Sequence[float], per: int = FALSE_PER) -> float:
    """The score that at most one in ``per`` of the unrelated queries' best scores exceeds.

    It is never optimistic: of n queries, ``n // per`` may exceed it (none if n is below ``per``),
    and a match has to exceed it, too. With equal scores, fewer exceed it than may.

    Returns:
        0 without queries.
    """
    ordered = sorted(unrelated, reverse=True)
    allowed = len(ordered) // per
    return ordered[allowed] if allowed < len(ordered) else 0.0


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927); 0 to 1 without trials."""
    if not trials:
        return 0.0, 1.0
    share = successes / trials
    middle = share + Z95**2 / (2 * trials)
    reach = Z95 * sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    scale = 1 + Z95**2 / trials
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def independent(pictures: Sequence[str], weights: Sequence[float] | Floats | None = None) -> float:
    """How many independent queries say as much as queries of which several ask about one picture.

    The forms of one picture are taken to be wrong together (an intraclass correlation of 1), which
    is never optimistic: 11 forms of each of 15 pictures say as much as 15 queries.

    Source: L. Kish, "Survey Sampling", 1965 (design effect; effective size of a weighted sample).

    Args:
        pictures: the picture that each query asks about.
        weights: of the queries, above 0; ``None``: all alike.

    Returns:
        At most the number of different pictures; 0 without queries.
    """
    if not len(pictures):
        return 0.0
    _, place = np.unique(np.array(pictures, str), return_inverse=True)
    totals = np.bincount(place, weights=None if weights is None else np.asarray(weights, float))
    return float(totals.sum() ** 2 / (totals**2).sum())


def wilson_by_picture(holds: Sequence[bool], pictures: Sequence[str]) -> tuple[float, float]:
    """The 95 % interval of the share of queries for which something holds; see ``independent``.

    Args:
        holds: for each query.
        pictures: the picture that each query asks about.
    """
    trials = independent(pictures)
    return wilson(trials * float(np.mean(holds)), trials) if trials else wilson(0, 0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall at every threshold.

    Attributes:
        thresholds: ascending scores; a hit counts as found from that score on.
        precision: at each threshold.
        recall: at each threshold.
    """

    thresholds: Floats
    precision: Floats
    recall: Floats

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall; 0 where both are 0."""
        total = self.precision + self.recall
        product = 2 * self.precision * self.recall
        return np.divide(product, total, out=np.zeros_like(total), where=total > 0)

    @property
    def best(self) -> float:
        """The lowest threshold with the highest F1; 0 without thresholds."""
        return float(self.thresholds[int(self.f1.argmax())]) if len(self.thresholds) else 0.0

    def at(self, score: float) -> tuple[float, float, float]:
        """Precision, recall and F1 where hits count as found from this score on."""
        place = int(np.searchsorted(self.thresholds, score))
        if place == len(self.thresholds):
            return 1.0, 0.0, 0.0
        return float(self.precision[place]), float(self.recall[place]), float(self.f1[place])


def curve(scores: Sequence[float], right: Sequence[bool], missed: int) -> Curve:
    """The curve of decisions on hits.

    Args:
        scores: of the hits, 0 to 1.
        right: whether each hit is right.
        missed: number of right answers that are not among the hits.
    """
    truth = np.array([*right, *[True] * missed], bool)
    score = np.array([*scores, *[-1.0] * missed], float)
    if not truth.any():
        return Curve(np.array([]), np.array([]), np.array([]))
    precision, recall, thresholds = precision_recall_curve(truth, score)
    found = thresholds >= 0
    return Curve(thresholds[found], precision[:-1][found], recall[:-1][found])
