"""Fitting the calibration to cross-fitted log odds."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from lookalike.evaluation.fitting.dataset import Dataset, Floats
from lookalike.matching.calibration import REFERENCE_SIZE, Calibration

THINNINGS = 20
MIN_NEAR_MISS = -3.0
"""Log odds from which unrelated pictures count as near misses, whose growth is measured."""
SEED = 3


def calibrate(dataset: Dataset, scores: Floats) -> Calibration:
    """Fit slope and intercept over queries: each as an edited copy, and without its own product."""
    own = dataset.best_by_query(scores, dataset.is_own & ~dataset.is_recolouring)
    unrelated = dataset.best_by_query(scores, dataset.is_unrelated)
    odds = np.array([*own.values(), *unrelated.values()])[:, None]
    right = np.array([1] * len(own) + [0] * len(unrelated))
    weight = np.where(right == 1, 1 / len(own), 1 / len(unrelated))
    fitted = LogisticRegression(C=1e6).fit(odds, right, sample_weight=weight * len(right))
    growth = growth_of(dataset, scores)
    size = len(dataset.groups)
    intercept = float(fitted.intercept_[0]) + growth * np.log(size / REFERENCE_SIZE)
    return Calibration(float(fitted.coef_[0, 0]), float(intercept), growth)


def growth_of(dataset: Dataset, scores: Floats) -> float:
    """The power of the catalogue's size by which near misses become more.

    Half of the unrelated pictures are taken away at random, to count the queries that still have a
    near miss. Without near misses the power is 1, as if each unrelated picture were a chance of its
    own.
    """
    rng = np.random.default_rng(SEED)
    near = dataset.is_unrelated & (scores > MIN_NEAR_MISS)
    if not near.any():
        return 1.0
    all_queries = len(np.unique(dataset.query[near]))
    halves = []
    for _ in range(THINNINGS):
        kept = rng.random(dataset.candidate.max() + 1) < 0.5  # noqa: PLR2004 - half
        halves.append(len(np.unique(dataset.query[near & kept[dataset.candidate]])))
    return float(np.log2(all_queries / np.mean(halves)))
