"""Figures of merit, from scores and from what is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, precision_recall_curve

Floats = NDArray[np.float64]
BINS = 10
Z95 = 1.959964
"""Quantile of the normal distribution: 95 % lie within it on both sides."""
FALSE_PER = 1000
"""Unrelated queries of which one may be called a copy."""


def threshold(unrelated: Sequence[float], per: int = FALSE_PER) -> float:
    """The score above which lies at most one in ``per`` of the unrelated queries' best scores.

    Never optimistic: of n queries ``n // per`` may lie above it (none of fewer than ``per``), and
    what counts as found has to be strictly above. With equal scores, fewer lie above than may.
    0 without any queries.
    """
    ordered = sorted(unrelated, reverse=True)
    allowed = len(ordered) // per
    return ordered[allowed] if allowed < len(ordered) else 0.0


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """95 % interval of a share (E. B. Wilson, 1927); 0 to 1 without trials."""
    if not trials:
        return 0.0, 1.0
    share = successes / trials
    middle = share + Z95**2 / (2 * trials)
    reach = Z95 * sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    scale = 1 + Z95**2 / trials
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Queries whose best scores lie in one tenth.

    Attributes:
        score: their mean score.
        right: the share of right ones, weighted.
        low: lower end of its 95 % interval.
        high: upper end.
        queries: how many there are.
    """

    score: float
    right: float
    low: float
    high: float
    queries: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether scores are probabilities.

    Attributes:
        brier: mean squared difference from what is right (0 or 1).
        ece: expected calibration error: mean distance of score and share of right ones, by bin.
        bins: only those with queries.
    """

    brier: float
    ece: float
    bins: tuple[ReliabilityBin, ...]


def calibration(
    scores: Sequence[float], right: Sequence[bool], kind: Sequence[bool]
) -> Calibration:
    """Of the best hits of queries, two kinds of which weigh the same.

    Args:
        scores: 0 to 1.
        right: whether the hit is.
        kind: which of the two kinds each query is of, such as edited or unrelated.
    """
    score, truth, which = np.array(scores, float), np.array(right, float), np.array(kind, bool)
    weight = np.where(which, 1 / max(1, which.sum()), 1 / max(1, (~which).sum()))
    weight /= weight.sum()
    brier = brier_score_loss(truth, score, sample_weight=weight, pos_label=1)
    number = np.minimum((score * BINS).astype(int), BINS - 1)
    gaps = [abs((weight * (score - truth))[number == n].sum()) for n in range(BINS)]
    bins = [_bin(score, truth, weight, number == n) for n in range(BINS) if (number == n).any()]
    return Calibration(float(brier), float(sum(gaps)), tuple(bins))


def _bin(score: Floats, truth: Floats, weight: Floats, inside: NDArray[np.bool_]) -> ReliabilityBin:
    """The interval counts queries by their weight (effective number, Kish 1965)."""
    weights = weight[inside]
    right = float(np.average(truth[inside], weights=weights))
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    low, high = wilson(right * effective, effective)
    mean = float(np.average(score[inside], weights=weights))
    return ReliabilityBin(mean, right, low, high, int(inside.sum()))


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall at every threshold, ascending.

    Attributes:
        thresholds: scores that count as found, and all above.
        best: the threshold with the highest F1.
    """

    thresholds: Floats
    precision: Floats
    recall: Floats

    @property
    def f1(self) -> Floats:
        """Harmonic mean of both; 0 where both are."""
        total = self.precision + self.recall
        product = 2 * self.precision * self.recall
        return np.divide(product, total, out=np.zeros_like(total), where=total > 0)

    @property
    def best(self) -> float:
        """The lowest threshold with the highest F1; 0 without any."""
        return float(self.thresholds[int(self.f1.argmax())]) if len(self.thresholds) else 0.0

    def at(self, score: float) -> tuple[float, float, float]:
        """Precision, recall and F1 where this score and all above count as found."""
        place = int(np.searchsorted(self.thresholds, score))
        if place == len(self.thresholds):
            return 1.0, 0.0, 0.0
        return float(self.precision[place]), float(self.recall[place]), float(self.f1[place])


def curve(scores: Sequence[float], right: Sequence[bool], missed: int) -> Curve:
    """Of decisions on hits.

    Args:
        scores: of the hits, 0 to 1.
        right: whether each is.
        missed: right answers that are among no hits.
    """
    truth = np.array([*right, *[True] * missed], bool)
    score = np.array([*scores, *[-1.0] * missed], float)
    if not truth.any():
        return Curve(np.array([]), np.array([]), np.array([]))
    precision, recall, thresholds = precision_recall_curve(truth, score)
    found = thresholds >= 0
    return Curve(thresholds[found], precision[:-1][found], recall[:-1][found])
