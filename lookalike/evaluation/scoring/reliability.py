"""Reliability: how well scores hold as probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss

from lookalike.evaluation.scoring.metrics import Floats, independent, wilson

BINS = 10
DRAWS = 200
"""Outcomes that are drawn for ``Reliability.ece_by_chance``."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Queries whose best scores lie in one tenth of the scale.

    Attributes:
        score: their mean score, weighted.
        right: the weighted share of right best hits.
        low: lower end of the 95 % interval of that share.
        high: upper end of the interval.
        queries: number of queries.
        pictures: number of different pictures that they ask about.
    """

    score: float
    right: float
    low: float
    high: float
    queries: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Measures how well scores hold as probabilities.

    Attributes:
        brier: mean squared difference of score and outcome (1: right, 0: wrong).
        ece: expected calibration error: mean distance of score and share of right hits, by bin.
        ece_by_chance: what it would be, on average, if every hit were right as often as its score
            says: of few queries, it is never 0 (consistency resampling, J. Bröcker and L. A. Smith,
            "Increasing the reliability of reliability diagrams", 2007; forms of one picture count
            as independent, so with them it would be more).
        bins: the bins with queries.
    """

    brier: float
    ece: float
    ece_by_chance: float
    bins: tuple[ReliabilityBin, ...]


def reliability(
    scores: Sequence[float],
    right: Sequence[bool],
    kind: Sequence[bool],
    pictures: Sequence[str] | None = None,
) -> Reliability:
    """Measure reliability on the best hits of two kinds of queries, both kinds in equal weight.

    Args:
        scores: of the best hits, 0 to 1.
        right: whether each best hit is right.
        kind: of each query, such as edited (true) or unrelated (false).
        pictures: the picture that each query asks about; ``None``: each another one.
    """
    score, truth, weight = np.array(scores, float), np.array(right, float), _even(kind)
    asked = _names(pictures, len(score))
    brier = brier_score_loss(truth, score, sample_weight=weight, pos_label=1)
    number = np.minimum((score * BINS).astype(int), BINS - 1)
    kept = [number == n for n in range(BINS) if (number == n).any()]
    bins = [_bin(score, truth, weight, asked, inside) for inside in kept]
    drawn = np.random.default_rng(len(score)).random((DRAWS, len(score))) < score
    ece, by_chance = (
        float(_calibration_errors(score, outcomes, weight, kept).mean())
        for outcomes in (truth[None], drawn)
    )
    return Reliability(float(brier), ece, by_chance, tuple(bins))


def _calibration_errors(
    score: Floats, outcomes: NDArray[Any], weight: Floats, bins: Sequence[NDArray[np.bool_]]
) -> Floats:
    """The expected calibration error of each row of outcomes, shape (rows,)."""
    gaps = weight * (score - outcomes)
    errors: Floats = np.abs([gaps[:, inside].sum(axis=1) for inside in bins]).sum(axis=0)
    return errors


def reliability_from(
    scores: Sequence[float],
    right: Sequence[bool],
    kind: Sequence[bool],
    limit: float,
    pictures: Sequence[str] | None = None,
) -> ReliabilityBin | None:
    """Reliability of the best hits with a score of at least ``limit``; ``None`` without such hits.

    The other arguments are those of ``reliability``.
    """
    score = np.array(scores, float)
    inside = score >= limit
    if not inside.any():
        return None
    asked = _names(pictures, len(score))
    return _bin(score, np.array(right, float), _even(kind), asked, inside)


def _names(pictures: Sequence[str] | None, number: int) -> NDArray[np.str_]:
    """The picture of each query; each another one if they are not given."""
    return np.array([str(n) for n in range(number)] if pictures is None else pictures, str)


def _even(kind: Sequence[bool]) -> Floats:
    """Weights of queries, with a sum of 1, under which both kinds count alike."""
    which = np.array(kind, bool)
    each: Floats = np.where(which, 1 / max(1, which.sum()), 1 / max(1, (~which).sum()))
    even: Floats = each / each.sum()
    return even


def _bin(
    score: Floats,
    truth: Floats,
    weight: Floats,
    pictures: NDArray[np.str_],
    inside: NDArray[np.bool_],
) -> ReliabilityBin:
    """One bin; its interval counts pictures by weight (see ``independent``)."""
    weights, asked = weight[inside], pictures[inside].tolist()
    right = float(np.average(truth[inside], weights=weights))
    effective = independent(asked, weights)
    low, high = wilson(right * effective, effective)
    mean = float(np.average(score[inside], weights=weights))
    return ReliabilityBin(mean, right, low, high, len(asked), len(set(asked)))
