"""Figures of merit, from scores and from whether hits are right."""

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


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Queries whose best scores lie in one tenth of the scale.

    Attributes:
        score: their mean score, weighted.
        right: the weighted share of right best hits.
        low: lower end of the 95 % interval of that share.
        high: upper end of the interval.
        queries: number of queries.
    """

    score: float
    right: float
    low: float
    high: float
    queries: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Measures how well scores hold as probabilities.

    Attributes:
        brier: mean squared difference of score and outcome (1: right, 0: wrong).
        ece: expected calibration error: mean distance of score and share of right hits, by bin.
        bins: the bins with queries.
    """

    brier: float
    ece: float
    bins: tuple[ReliabilityBin, ...]


def reliability(
    scores: Sequence[float], right: Sequence[bool], kind: Sequence[bool]
) -> Reliability:
    """Measure reliability on the best hits of two kinds of queries, both kinds in equal weight.

    Args:
        scores: of the best hits, 0 to 1.
        right: whether each best hit is right.
        kind: of each query, such as edited (true) or unrelated (false).
    """
    score, truth, weight = np.array(scores, float), np.array(right, float), _even(kind)
    brier = brier_score_loss(truth, score, sample_weight=weight, pos_label=1)
    number = np.minimum((score * BINS).astype(int), BINS - 1)
    gaps = [abs((weight * (score - truth))[number == n].sum()) for n in range(BINS)]
    bins = [_bin(score, truth, weight, number == n) for n in range(BINS) if (number == n).any()]
    return Reliability(float(brier), float(sum(gaps)), tuple(bins))


def reliability_from(
    scores: Sequence[float], right: Sequence[bool], kind: Sequence[bool], limit: float
) -> ReliabilityBin | None:
    """Reliability of the best hits with a score of at least ``limit``; ``None`` without such hits.

    The other arguments are those of ``reliability``.
    """
    score = np.array(scores, float)
    inside = score >= limit
    return _bin(score, np.array(right, float), _even(kind), inside) if inside.any() else None


def _even(kind: Sequence[bool]) -> Floats:
    """Weights of queries, with a sum of 1, under which both kinds count alike."""
    which = np.array(kind, bool)
    each: Floats = np.where(which, 1 / max(1, which.sum()), 1 / max(1, (~which).sum()))
    even: Floats = each / each.sum()
    return even


def _bin(score: Floats, truth: Floats, weight: Floats, inside: NDArray[np.bool_]) -> ReliabilityBin:
    """One bin; its interval counts queries by weight (effective sample size, Kish 1965)."""
    weights = weight[inside]
    right = float(np.average(truth[inside], weights=weights))
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    low, high = wilson(right * effective, effective)
    mean = float(np.average(score[inside], weights=weights))
    return ReliabilityBin(mean, right, low, high, int(inside.sum()))


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
