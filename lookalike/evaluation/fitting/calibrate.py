"""Fitting the calibration to cross-fitted log odds."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from lookalike.evaluation.fitting.dataset import Dataset, Floats
from lookalike.evaluation.fitting.tasks import domain_weights
from lookalike.matching.calibration import REFERENCE_SIZE, UPPER_SCORE, Calibration

THINNINGS = 20
MIN_NEAR_MISS = -3.0
"""Log odds from which unrelated pictures count as near misses, whose growth is measured."""
MAX_GROWTH = 0.5
"""The power of the catalogue's size that checks are lowered by, at most: within a shop near misses
grow faster, yet a check verifies a bounded number of candidates. In shops left out, ten times the
pictures made 2 to 3.3 times as many unrelated queries with a match of some odds (powers .3 to .5).
"""
SEED = 3
WEAK = 1e3
"""Inverse strength of regularisation, which keeps slopes finite where scores separate all."""


def calibrate(dataset: Dataset, scores: Floats) -> Calibration:
    """Fit slopes and intercept over queries: each as an edited copy, and without its own product.

    Of edits, those that shops and sellers usually make are taken: under stronger ones, many copies
    are beyond recognition, and would lower what is said of the others. So would the pairs that were
    made to share a thing.
    """
    usual = dataset.is_own & ~dataset.is_recolouring & ~dataset.is_strong
    own = dataset.best_by_query(scores, usual)
    unrelated = dataset.best_by_query(scores, dataset.is_unrelated & ~dataset.is_hard)
    odds = np.array([*own.values(), *unrelated.values()])
    bent = np.stack([odds, np.maximum(0, odds - UPPER_SCORE)], axis=1)
    right = np.array([1] * len(own) + [0] * len(unrelated))
    domain_of = dict(zip(dataset.query.tolist(), dataset.domain.tolist(), strict=True))
    weights = np.concatenate(
        [_weights([domain_of[query] for query in queries]) for queries in (own, unrelated)]
    )
    fitted = LogisticRegression(C=WEAK).fit(bent, right, sample_weight=weights)
    slope, upper = fitted.coef_[0].tolist()
    growth = growth_of(dataset, scores)
    intercept = float(fitted.intercept_[0]) + growth * np.log(_size(dataset) / REFERENCE_SIZE)
    return Calibration(slope, float(intercept), min(growth, MAX_GROWTH), max(0.0, upper))


def _size(dataset: Dataset) -> float:
    """The typical number of pictures in a domain: those of others hardly look like a query."""
    sizes = np.unique(dataset.domains, return_counts=True)[1]
    return float(np.exp(np.average(np.log(sizes), weights=np.sqrt(sizes))))


def _weights(domains: list[str]) -> Floats:
    """Weights of queries that sum up to the same for copies and unrelated pictures."""
    weights = domain_weights(np.array(domains))
    scaled: Floats = weights / weights.sum() * REFERENCE_SIZE
    return scaled


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
