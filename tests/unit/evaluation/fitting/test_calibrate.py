"""The calibration follows from cross-fitted log odds."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from lookalike.evaluation.fitting import calibrate as fitting
from lookalike.evaluation.fitting.calibrate import (
    MAX_GROWTH,
    calibrate,
    factor_of,
    growth_of,
    rivalries,
)
from lookalike.evaluation.fitting.dataset import Dataset, Floats
from lookalike.matching.calibration import ALONE, REFERENCE_SIZE, RIVAL_SCORE, UNCHANGED_GAIN
from tests.unit.evaluation.fitting.builders import ENTRIES, UNRELATED, some_scores


def test_should_grow_by_what_every_unrelated_picture_adds(dataset: Dataset) -> None:
    one, several = (growth_of(dataset, some_scores(dataset, near)) for near in (1, UNRELATED))
    assert one == pytest.approx(1, abs=0.1)
    assert 0 < several < 0.3


def test_should_count_every_unrelated_picture_as_a_chance_without_near_misses(
    dataset: Dataset,
) -> None:
    assert growth_of(dataset, some_scores(dataset, 0)) == 1


def test_should_calibrate_to_the_right_answers(dataset: Dataset) -> None:
    """Copies score 5 and unrelated pictures -1, so that log odds between are uncertain."""
    rng = np.random.default_rng(1)
    scores = some_scores(dataset, 1) + rng.normal(0, 3, len(dataset.features))
    found = calibrate(dataset, scores)
    assert 0 < found.slope < 2
    size = len(ENTRIES)
    assert found.probability(20, size) > 0.95
    assert found.probability(-20, size) < 0.05


def test_should_lower_odds_by_a_bounded_power_of_the_size(dataset: Dataset) -> None:
    """Chance likenesses grow with every picture, and a check verifies a bounded number of them."""
    scores = some_scores(dataset, 1)
    assert growth_of(dataset, scores) > MAX_GROWTH
    assert calibrate(dataset, scores).growth == pytest.approx(MAX_GROWTH, rel=1e-3)


def test_should_move_the_intercept_by_the_power_that_checks_use(dataset: Dataset) -> None:
    """At the size of the catalogues that it is fitted to, percentages are as fitted."""
    scores = some_scores(dataset, 1) + np.random.default_rng(1).normal(0, 3, len(dataset.query))
    found = calibrate(dataset, scores)
    fitted = found.intercept - found.growth * np.log(len(ENTRIES) / 2 / REFERENCE_SIZE)
    usual = scores[dataset.is_own & ~dataset.is_recolouring]
    unrelated = [*dataset.best_by_query(scores, dataset.is_unrelated).values()]
    odds = np.concatenate([usual, unrelated])
    right = np.repeat([1, 0], [len(usual), len(unrelated)])
    line = LogisticRegression(C=1e3).fit(np.minimum(odds, 4)[:, None], right)
    assert fitted == pytest.approx(line.intercept_[0], abs=0.5)


def test_should_leave_listings_out(dataset: Dataset) -> None:
    """They are made, and come more often than in any shop: what they score changes nothing."""
    scores = some_scores(dataset, 1) + np.random.default_rng(1).normal(0, 3, len(dataset.query))
    listing = dataset.is_own & (dataset.query % 4 == 0)
    marked = replace(dataset, is_listing=listing)
    low = np.where(listing, -5.0, scores)
    assert astuple(calibrate(marked, low)) == pytest.approx(astuple(calibrate(marked, scores)))
    assert calibrate(dataset, low) != calibrate(dataset, scores)


@pytest.mark.parametrize(("too_low", "expected"), [(1.4, 1.4), (0.7, 1.0)])
def test_should_raise_log_odds_that_are_too_low_and_lower_none(
    too_low: float, expected: float
) -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(0, 2, 40_000)
    right = (rng.random(len(odds)) < expit(too_low * odds)).astype(int)
    assert factor_of(odds, right, np.ones(len(odds))) == pytest.approx(expected, abs=0.05)


def test_should_pay_little_for_a_few_that_are_surely_wrong() -> None:
    """The likeliest factor would be below 1: each of these counts as much as it is sure."""
    rng = np.random.default_rng(3)
    odds = rng.normal(0, 2, 40_000)
    right = (rng.random(len(odds)) < expit(1.4 * odds)).astype(int)
    wrong = rng.random(len(odds)) < 0.02
    odds, right = np.where(wrong, 8.0, odds), np.where(wrong, 0, right)
    likeliest = LogisticRegression(C=1e3, fit_intercept=False).fit(odds[:, None], right)
    assert likeliest.coef_[0, 0] < 0.9
    assert factor_of(odds, right, np.ones(len(odds))) > 1.2


def test_should_multiply_all_numbers_by_the_factor(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = _scores_of_siblings(dataset, 2)
    scores += np.random.default_rng(5).normal(0, 2, len(scores))
    agrees = np.random.default_rng(6).random(len(scores)) < np.where(dataset.is_own, 0.9, 0.6)
    dataset = replace(dataset, lacking=np.where(agrees, 0.0, 0.2))
    found = {}
    for factor in (1.0, 1.5):
        monkeypatch.setattr(fitting, "factor_of", lambda *_, told=factor: told)
        found[factor] = np.array(astuple(calibrate(dataset, scores)))
    assert all(found[1.0] != 0)
    assert found[1.5][:-1] == pytest.approx(1.5 * found[1.0][:-1])
    assert found[1.5][-1] == UNCHANGED_GAIN


def test_should_rise_faster_where_pictures_stand_alone(dataset: Dataset) -> None:
    """Copies with near neighbours are as often others' pictures; those that stand alone are not."""
    rng = np.random.default_rng(2)
    scores = np.where(dataset.is_own, 6.0, -6.0) + rng.normal(0, 1, len(dataset.query))
    crowded = dataset.query % 2 == 0
    scores[dataset.is_unrelated & crowded] += 12
    alone = replace(dataset, nearest=np.where(crowded, 0, ALONE))
    nobody = replace(dataset, nearest=np.full(len(dataset.query), ALONE))
    assert calibrate(alone, scores).upper > calibrate(nobody, scores).upper


def _scores_of_siblings(dataset: Dataset, siblings: int) -> Floats:
    """Copies of half of the pictures score as much as so many siblings of the others."""
    scores = some_scores(dataset, 0) + np.random.default_rng(4).normal(0, 1, len(dataset.query))
    crowded = dataset.query % 4 < 2
    scores[dataset.is_own] += np.where(crowded, 3, -2)[dataset.is_own]
    for number in np.unique(dataset.query[crowded]):
        rows = np.flatnonzero((dataset.query == number) & dataset.is_unrelated)
        scores[rows[:siblings]] = 3.0
    return scores


def test_should_take_from_rivals_where_unrelated_queries_have_them(dataset: Dataset) -> None:
    assert calibrate(dataset, _scores_of_siblings(dataset, 1)).rival == pytest.approx(0, abs=0.05)
    assert calibrate(dataset, _scores_of_siblings(dataset, 2)).rival > 0.2


def _lacking(dataset: Dataset, of_siblings: float) -> Dataset:
    """The query lacks so much of what tells unrelated pictures from others."""
    lacking = np.where(dataset.is_unrelated, of_siblings, 0.0).astype(np.float32)
    return replace(dataset, lacking=lacking)


def test_should_take_from_what_lacks_what_tells_it_from_siblings(dataset: Dataset) -> None:
    """Every second query has a sibling that scores as copies do, and lacks what tells them."""
    scores = some_scores(dataset, 0) + np.random.default_rng(4).normal(0, 1, len(dataset.query))
    for number in np.unique(dataset.query)[::2]:
        scores[np.flatnonzero((dataset.query == number) & dataset.is_unrelated)[0]] = 5.0
    assert calibrate(dataset, scores).telling == 0
    assert calibrate(_lacking(dataset, 0.6), scores).telling > 2
    # What does not match is not held against siblings.
    scores[dataset.is_unrelated] -= 8
    assert calibrate(_lacking(dataset, 0.6), scores).telling == 0


def test_should_leave_out_rivals_that_are_less_likely_and_clearly_farther(
    dataset: Dataset,
) -> None:
    """Of three pictures with scores 3, 2 and 1, the likeliest is 0 bits from the query."""
    rows = np.flatnonzero((dataset.query == 0) & dataset.is_unrelated)[:3]
    scores, features = np.full(len(dataset.query), -9.0), dataset.features.copy()
    scores[rows] = (3.0, 2.0, 1.0)
    column = dataset.feature_names.index("phash")
    for bits, expected in (
        ((0, 4, 0), (2.0, 3.0, 3.0)),
        ((0, 6, 4), (1.0, 3.0, 3.0)),
        ((0, 6, 6), (RIVAL_SCORE, 3.0, 3.0)),
        ((26, 10, 10), (2.0, 3.0, 3.0)),
    ):
        features[rows, column] = bits
        found = rivalries(replace(dataset, features=features), scores, rows)
        assert found.tolist() == [score - RIVAL_SCORE for score in expected]


def test_should_know_no_rival_of_a_picture_that_may_have_a_rendition(dataset: Dataset) -> None:
    near = replace(dataset, nearest=np.zeros(len(dataset.query), int))
    assert calibrate(near, _scores_of_siblings(dataset, 2)).rival == 0
