"""Figures of merit have the values computed by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.evaluation.scoring.metrics import (
    curve,
    independent,
    threshold,
    wilson,
    wilson_by_picture,
)
from lookalike.evaluation.scoring.ranking_metrics import (
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
)

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=200)


@given(SCORES, st.integers(1, 50))
def test_should_let_at_most_one_in_so_many_exceed_the_threshold(
    scores: list[float], per: int
) -> None:
    limit = threshold(scores, per)
    assert sum(score > limit for score in scores) <= len(scores) / per


def test_should_let_none_exceed_the_threshold_of_too_few_queries() -> None:
    assert threshold([0.1, 0.9, 0.3]) == 0.9


def test_should_let_the_highest_of_a_thousand_exceed_the_threshold() -> None:
    assert threshold([n / 1000 for n in range(1000)]) == 0.998
    assert threshold([n / 999 for n in range(999)]) == 998 / 999


def test_should_not_split_equal_scores() -> None:
    assert threshold([0.5] * 2000) == 0.5


def test_should_have_a_threshold_of_zero_without_queries() -> None:
    assert threshold([]) == 0


def test_should_compute_wilsons_interval() -> None:
    """The interval of 1 in 10 is that of statsmodels' proportion_confint."""
    assert wilson(1, 10) == pytest.approx((0.017876, 0.404150), abs=1e-6)
    assert wilson(0, 0) == (0, 1)
    assert wilson(0, 1000)[0] == pytest.approx(0)


def test_should_count_the_forms_of_a_picture_as_one_query() -> None:
    """Eleven forms of each of 15 pictures; and of two pictures, of which one weighs three times."""
    assert independent([str(n % 15) for n in range(165)]) == pytest.approx(15)
    assert independent(["a", "a", "a", "b"]) == pytest.approx(16 / 10)
    assert independent(["a", "b"], [3, 1]) == pytest.approx(16 / 10)
    assert independent([]) == 0


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=40))
def test_should_count_no_more_queries_than_pictures(pictures: list[str]) -> None:
    assert 1 - 1e-9 <= independent(pictures) <= len(set(pictures)) + 1e-9


def test_should_compute_an_interval_over_pictures() -> None:
    forms = [str(n % 15) for n in range(165)]
    assert wilson_by_picture([False] * 165, forms) == pytest.approx(wilson(0, 15))
    called = [picture == "3" for picture in forms]
    assert wilson_by_picture(called, forms) == pytest.approx(wilson(1, 15))
    assert wilson_by_picture([True, False], ["a", "b"]) == pytest.approx(wilson(1, 2))
    assert wilson_by_picture([], []) == (0, 1)


def test_should_count_missed_answers_as_not_found() -> None:
    """Hits are .9 right, .8 wrong and .4 right; a fourth answer is not among the hits."""
    found = curve([0.9, 0.8, 0.4], [True, False, True], missed=1)
    assert found.thresholds.tolist() == [0.4, 0.8, 0.9]
    assert found.precision == pytest.approx([2 / 3, 1 / 2, 1])
    assert found.recall == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert found.f1 == pytest.approx([2 / 3, 2 / 5, 1 / 2])
    assert found.best == 0.4
    assert found.at(0.5) == pytest.approx((1 / 2, 1 / 3, 2 / 5))
    assert found.at(0.95) == (1, 0, 0)


def test_should_have_no_curve_without_right_answers() -> None:
    found = curve([0.3], [False], missed=0)
    assert found.best == 0
    assert found.at(0.5) == (1, 0, 0)


HITS = ["a", "b", "c", "d"]


def test_should_measure_the_ranking_of_hits() -> None:
    """The relevant entries are b, d, and e, which was not found."""
    relevant = {"b", "d", "e"}
    assert reciprocal_rank(HITS, relevant) == 1 / 2
    assert reciprocal_rank(HITS, {"e"}) == 0
    assert precision_at(1, HITS, relevant) == 0
    assert precision_at(10, HITS, relevant) == 0.2
    assert recall_at(2, HITS, relevant) == pytest.approx(1 / 3)
    # Gains 1/log2(3) + 1/log2(5), of 1 + 1/log2(3) + 1/log2(4).
    assert ndcg_at(5, HITS, relevant) == pytest.approx((0.63093 + 0.43068) / 2.13093, abs=1e-5)


@given(st.permutations(HITS), st.integers(1, 10))
def test_should_be_highest_for_the_best_ranking(hits: list[str], k: int) -> None:
    relevant = {"a", "b"}
    assert ndcg_at(k, hits, relevant) <= ndcg_at(k, sorted(hits), relevant) == 1
