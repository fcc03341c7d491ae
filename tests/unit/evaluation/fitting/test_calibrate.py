"""The calibration follows from cross-fitted log odds."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation.fitting.calibrate import MAX_GROWTH, calibrate, growth_of
from lookalike.evaluation.fitting.dataset import Dataset
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
    assert calibrate(dataset, scores).growth == MAX_GROWTH
