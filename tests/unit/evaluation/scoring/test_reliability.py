"""Calibration errors and intervals have the values computed by hand."""

from __future__ import annotations

import pytest

from lookalike.evaluation.scoring.metrics import wilson
from lookalike.evaluation.scoring.reliability import reliability, reliability_from


def test_should_count_pictures_in_the_intervals_of_bins() -> None:
    kinds = [True] * 10 + [False] * 10
    pictures = ["a"] * 10 + ["b"] * 10
    (part,) = reliability([0.95] * 20, [True, False] * 10, kinds, pictures).bins
    certain = reliability_from([0.95] * 20, [True, False] * 10, kinds, 0.9, pictures)
    assert certain == part
    assert (part.queries, part.pictures) == (20, 2)
    assert (part.low, part.high) == pytest.approx(wilson(1, 2))


def test_should_give_both_kinds_equal_weight() -> None:
    """Two edited queries (.9 right, .6 wrong), and four unrelated ones at .1, all wrong."""
    scores = [0.9, 0.6, 0.1, 0.1, 0.1, 0.1]
    right = [True, False, False, False, False, False]
    found = reliability(scores, right, [True, True, False, False, False, False])
    assert found.brier == pytest.approx(0.25 * 0.01 + 0.25 * 0.36 + 0.5 * 0.01)
    assert found.ece == pytest.approx(0.25 * 0.1 + 0.25 * 0.6 + 0.5 * 0.1)
    assert [part.queries for part in found.bins] == [4, 1, 1]
    assert [part.right for part in found.bins] == [0, 0, 1]


def test_should_find_no_error_in_perfect_scores() -> None:
    found = reliability([1.0, 0.0], [True, False], [True, False])
    assert (found.brier, found.ece) == (0, 0)


def test_should_give_an_interval_of_the_share_of_right_hits() -> None:
    (part,) = reliability([0.55] * 20, [True, False] * 10, [True] * 10 + [False] * 10).bins
    assert part.right == pytest.approx(0.5)
    assert (part.low, part.high) == pytest.approx(wilson(10, 20))


def test_should_tell_the_error_that_is_chance() -> None:
    """One query at .5, which is right or wrong: the error is .5 whatever percentages are worth."""
    found = reliability([0.5, 0.0], [True, False], [True, False])
    assert (found.ece, found.ece_by_chance) == pytest.approx((0.25, 0.25))


def test_should_lose_the_chance_with_many_queries() -> None:
    """Of n queries at .5, right ones are sqrt(1 / (2 pi n)) from one half, on average."""
    few, many = (
        reliability([0.5] * n, [True, False] * (n // 2), [True] * n).ece_by_chance
        for n in (100, 10_000)
    )
    assert few == pytest.approx(0.0399, rel=0.15)
    assert many == pytest.approx(0.00399, rel=0.15)


def test_should_find_no_chance_in_certain_scores() -> None:
    assert reliability([1.0, 0.0], [False, True], [True, False]).ece_by_chance == 0
