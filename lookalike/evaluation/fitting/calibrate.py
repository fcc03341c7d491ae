"""Fitting the calibration to cross-fitted log odds."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from lookalike.evaluation.fitting.dataset import Dataset, Floats
from lookalike.evaluation.fitting.tasks import domain_weights
from lookalike.matching.calibration import (
    REFERENCE_SIZE,
    RIVAL_SCORE,
    UPPER_SCORE,
    Calibration,
    apartness,
    is_far_behind,
    rivalry,
)

SUM_OF_WEIGHTS = 1_000.0
"""Of copies, and of unrelated queries. The more, the less the fit is held back by its penalty."""
THINNINGS = 20
MIN_NEAR_MISS = -3.0
"""Log odds from which unrelated pictures count as near misses, whose growth is measured."""
MAX_GROWTH = 0.3
"""The power of the catalogue's size that odds are lowered by, at most and before the factor of all
log odds: within a shop near misses grow faster, yet a check verifies a bounded number of
candidates. In shops left out, ten times the pictures made 2 to 3.3 times as many unrelated queries
with a match of some odds (powers .3 to .5), and with the least of these, percentages are nearest to
what they say.
"""
MAX_RENDITION = 30
"""Bits between the deep hashes of pictures that checks may take for renditions of one photograph.
Siblings that are as near differ in a few letters."""
MAX_RIVAL = 2.0
"""The share of a rival's score that is taken, at most and before the factor of all log odds."""
MAX_TELLING = 20.0
"""Log odds that are taken where all is lacking that tells a picture from its siblings, at most."""
MAX_FACTOR = 2.0
"""What all log odds are multiplied by, at most."""
SEED = 3
WEAK = 1e3
"""Inverse strength of regularisation. It keeps slopes finite where scores separate all, and takes
nothing from matches where that changes nothing."""


def calibrate(dataset: Dataset, scores: Floats) -> Calibration:
    """Fit slopes and intercept over queries: each as an edited copy, and without its own product.

    Of edits, those that shops and sellers usually make are taken: under stronger ones, many copies
    are beyond recognition, and would lower what is said of the others. So would the pairs of those
    that share much, which come more often than in any shop; copies of their pictures count, but for
    listings.

    All numbers that are fitted are then multiplied by one factor: see ``factor_of``. The likeliest
    fit pays for the few queries that are surely wrong, in shops whose products differ in letters
    alone, with percentages that are too low everywhere else.
    """
    is_rare = dataset.is_recolouring | dataset.is_strong | dataset.is_listing
    usual = dataset.is_own & ~is_rare
    own = dataset.best_rows(scores, usual)
    unrelated = dataset.best_rows(scores, dataset.is_unrelated & ~dataset.is_hard)
    rows = np.concatenate([own, unrelated])
    right = np.repeat([1, 0], [len(own), len(unrelated)])
    weights = np.concatenate([_weights(dataset.domain[each]) for each in (own, unrelated)])
    inputs = _bent(scores[rows], dataset.nearest[rows])
    fitted = LogisticRegression(C=WEAK).fit(inputs, right, sample_weight=weights)
    slope, second_slope = fitted.coef_[0].tolist()
    growth = min(growth_of(dataset, scores), MAX_GROWTH)
    intercept = float(fitted.intercept_[0]) + growth * np.log(_size(dataset) / REFERENCE_SIZE)
    upper = max(0.0, second_slope - slope)
    # Of a pair no other picture was verified, and that would tell the copies among them.
    is_search = np.isin(dataset.query[rows], dataset.query[unrelated])
    odds = fitted.decision_function(inputs)
    # Copies that do not match often lie badly on the query, and seem to lack what it shows.
    lacking = np.where(odds > 0, dataset.lacking[rows], 0.0)
    against = np.stack([rivalries(dataset, scores, rows), lacking], axis=1)
    shares = _shares(odds[is_search], against[is_search], right[is_search], weights[is_search])
    factor = factor_of(odds - against @ shares, right, weights)
    values = (slope, float(intercept), growth, upper, *shares.tolist())
    return Calibration(*(factor * value for value in values))


def _shares(odds: Floats, against: Floats, right: NDArray[np.int64], weights: Floats) -> Floats:
    """What has to be taken from log odds for each unit of what counts against them.

    Args:
        odds: log odds that each of some matches is right.
        against: rivalries, and how much of what tells siblings apart is lacking; (matches, 2).
        right: 1 where a match is right, else 0.
        weights: of the matches.

    Returns:
        The shares, from 0 to ``MAX_RIVAL`` and ``MAX_TELLING``.
    """
    signs = np.where(right == 1, -1.0, 1.0)

    def loss(shares: Floats) -> float:
        wrong = np.logaddexp(0, signs * (odds - against @ shares))
        return float(weights @ wrong) + float(shares.sum()) / WEAK

    bounds = ((0, MAX_RIVAL), (0, MAX_TELLING))
    found: Floats = minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=bounds).x
    return found


def factor_of(odds: Floats, right: NDArray[np.int64], weights: Floats) -> float:
    """What log odds have to be multiplied by for the least Brier score: 1 to ``MAX_FACTOR``.

    That is temperature scaling (Guo et al. 2017) by the score of Brier (1950), to which a sure
    mistake counts once, and to the likelihood as often as it is sure. So it makes nothing less
    certain than the likeliest fit does.

    Args:
        odds: log odds that each of some matches is right.
        right: 1 where it is, else 0.
        weights: of the matches.
    """

    def loss(factor: float) -> float:
        return float(weights @ (expit(factor * odds) - right) ** 2) + factor / WEAK

    return float(minimize_scalar(loss, bounds=(1, MAX_FACTOR), method="bounded").x)


def _bent(scores: Floats, nearest: NDArray[np.int64]) -> Floats:
    """Log odds below and above the bend, as ``Calibration.crowded`` sees them; (scores, 2)."""
    apart = np.array([apartness(bits) for bits in nearest.tolist()])
    above = np.maximum(0, scores - UPPER_SCORE) * apart
    return np.stack([np.minimum(scores, UPPER_SCORE), above], axis=1)


def rivalries(dataset: Dataset, scores: Floats, rows: NDArray[np.int64]) -> Floats:
    """How much the likeliest picture of another product counts against each of some rows.

    Those that are less likely, and clearly farther from the query, count nothing.

    A check also tells colours and renditions of one photograph from rivals. Here, a picture whose
    nearest neighbour may be a rendition of it has none.
    """
    groups = dataset.groups[dataset.candidate].tolist()
    bits = dataset.feature("phash").tolist()
    likeliest: dict[int, dict[str, tuple[float, float]]] = defaultdict(dict)
    # The query's own product is asked about, or left out: it is nobody's rival.
    for row in np.flatnonzero(dataset.is_unrelated).tolist():
        of_query, rival = likeliest[int(dataset.query[row])], (float(scores[row]), bits[row])
        of_query[groups[row]] = max(rival, of_query.get(groups[row], rival))
    found = []
    for row, query in zip(rows.tolist(), dataset.query[rows].tolist(), strict=True):
        others = (rival for group, rival in likeliest[query].items() if group != groups[row])
        against = (
            score
            for score, bits_of_rival in others
            if score > scores[row] or not is_far_behind(bits_of_rival, bits[row])
        )
        found.append(max(against, default=RIVAL_SCORE))
    is_alone = dataset.nearest[rows] > MAX_RENDITION
    return np.array([rivalry(score) for score in found]) * is_alone


def _size(dataset: Dataset) -> float:
    """The typical number of pictures in a domain: those of others hardly look like a query."""
    sizes = np.unique(dataset.domains, return_counts=True)[1]
    return float(np.exp(np.average(np.log(sizes), weights=np.sqrt(sizes))))


def _weights(domains: NDArray[np.str_]) -> Floats:
    """Weights of queries that sum up to the same for copies and unrelated pictures."""
    weights = domain_weights(domains)
    scaled: Floats = weights / weights.sum() * SUM_OF_WEIGHTS
    return scaled


def growth_of(dataset: Dataset, scores: Floats) -> float:
    """The power of the catalogue's size by which near misses become more.

    Half of the unrelated pictures are taken away at random, to count the queries that still have a
    near miss; of pairs that share much no other picture was verified. Without near misses the power
    is 1, as if each unrelated picture were a chance of its own.
    """
    rng = np.random.default_rng(SEED)
    near = dataset.is_unrelated & ~dataset.is_hard & (scores > MIN_NEAR_MISS)
    if not near.any():
        return 1.0
    all_queries = len(np.unique(dataset.query[near]))
    halves = []
    for _ in range(THINNINGS):
        kept = rng.random(dataset.candidate.max() + 1) < 0.5  # noqa: PLR2004 - half
        halves.append(len(np.unique(dataset.query[near & kept[dataset.candidate]])))
    return float(np.log2(all_queries / np.mean(halves)))
