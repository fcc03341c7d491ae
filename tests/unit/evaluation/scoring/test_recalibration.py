"""Percentages are fitted to labelled pairs if there are enough of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadParameterError
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.scoring.recalibration import Line, Pairs, fit_line, pairs_of, recalibrate
from lookalike.matching.calibration import MAX_LOG_ODDS, Calibration
from lookalike.matching.retrieval import UNVERIFIED_PROBABILITY
from lookalike.verification.classifier import classifier_version
from tests.unit.evaluation.builders import scored


def drawn(line: Line, number: int = 4000, seed: int = 1) -> Pairs:
    """Pairs whose probability of being right is that of a line."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(0, 3, number)
    right = rng.random(number) < line.probability(log_odds)
    return Pairs(log_odds, right, np.arange(number))


def test_should_find_the_line_that_the_pairs_were_drawn_from() -> None:
    """Right and wrong pairs have equal weight, which moves the intercept if one kind is rarer."""
    found = fit_line(drawn(Line(0.6, 0.0), 40_000))
    assert found.slope == pytest.approx(0.6, abs=0.03)
    assert found.intercept == pytest.approx(0, abs=0.06)


def test_should_improve_the_calibration() -> None:
    found = recalibrate(drawn(Line(0.4, -1.0)))
    assert found.after.brier < found.before.brier
    assert found.after.ece < found.before.ece
    assert found.line.slope < 1


def test_should_change_little_if_percentages_are_right() -> None:
    found = recalibrate(drawn(Line(1.0, 0.0)))
    assert found.line.slope == pytest.approx(1, abs=0.1)
    assert found.after.brier == pytest.approx(found.before.brier, abs=0.002)


def test_should_give_a_line_if_scores_separate_the_pairs() -> None:
    log_odds = np.array([5.0] * 60 + [-5.0] * 60)
    found = recalibrate(Pairs(log_odds, log_odds > 0, np.arange(120)))
    assert 0 < found.line.slope < 2
    assert found.line.intercept == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("right", [49, 951])
def test_should_refuse_too_few_pairs(right: int) -> None:
    truth = np.arange(1000) < right
    with pytest.raises(BadParameterError, match="49"):
        recalibrate(Pairs(np.where(truth, 2.0, 0.0), truth, np.arange(1000)))


def test_should_refuse_pairs_of_too_few_queries() -> None:
    truth = np.arange(1000) < 500
    query = np.where(truth, 5 * (np.arange(1000) % 4), np.arange(1000))
    with pytest.raises(BadParameterError, match="fewer than 5 queries"):
        recalibrate(Pairs(np.where(truth, 2.0, 0.0), truth, query))


def test_should_fit_each_fold_though_few_queries_have_right_pairs() -> None:
    """All of them would be held out at once if folds followed from the number of the query."""
    pairs = drawn(Line(0.4, -1.0))
    numbers = np.arange(len(pairs.right))
    found = recalibrate(replace(pairs, query=np.where(pairs.right, 5 * (numbers % 20), numbers)))
    assert found.after.brier < found.before.brier


def test_should_refuse_scores_that_are_the_wrong_way_round() -> None:
    pairs = drawn(Line(1.0, 0.0))
    with pytest.raises(BadParameterError, match="Check the labels"):
        recalibrate(Pairs(-pairs.log_odds, pairs.right, pairs.query))


def test_should_take_right_hits_and_the_best_wrong_one() -> None:
    first = scored(Hit("x", 0.7), Hit("own", 0.5), Hit("y", 0.1))
    second = scored(Hit("z", 0.999999), expected="")
    pairs = pairs_of([first, second, scored()])
    assert pairs.right.tolist() == [True, False, False]
    assert pairs.query.tolist() == [0, 0, 1]
    assert pairs.log_odds == pytest.approx([0, np.log(7 / 3), MAX_LOG_ODDS])


def test_should_leave_out_hits_that_no_calibration_decides_about() -> None:
    """The identical picture is certain, and an unverified one has no score of the classifier."""
    found = pairs_of(
        [scored(Hit("own", 1.0), Hit("x", 0.3), Hit("y", 100 * UNVERIFIED_PROBABILITY / 100))]
    )
    assert found.right.tolist() == [False]
    assert found.log_odds == pytest.approx([np.log(3 / 7)])
    assert len(pairs_of([scored(Hit("x", UNVERIFIED_PROBABILITY))]).right) == 0


SHIPPED = Calibration(slope=1.5, intercept=-0.7, growth=0.6, rival=0.4, telling=3)


def test_should_write_a_calibration_that_replaces_the_shipped_one(
    tmp_path: Path,
) -> None:
    found = recalibrate(drawn(Line(0.5, 0.5)))
    found.write(tmp_path / "calibration.json", SHIPPED)
    read = Calibration.read(tmp_path / "calibration.json")
    for score in (-3.0, 0.4, 2.0):
        for size in (300, 20_000):
            before = SHIPPED.log_odds(score, size)
            line = found.line.slope * before + found.line.intercept
            assert read.log_odds(score, size) == pytest.approx(line)
    assert read.unchanged == pytest.approx(found.line.slope * SHIPPED.unchanged)
    lost = found.line.slope * SHIPPED.lost_to_rival(1.0)
    assert read.lost_to_rival(1.0) == pytest.approx(lost)
    lost = found.line.slope * SHIPPED.lost_to_sibling(0.5)
    assert read.lost_to_sibling(0.5) == pytest.approx(lost)


def test_should_record_what_it_was_fitted_on(tmp_path: Path) -> None:
    found = recalibrate(drawn(Line(0.5, 0.5)))
    found.write(tmp_path / "calibration.json", SHIPPED)
    written = json.loads((tmp_path / "calibration.json").read_text())
    assert written["classifier_version"] == classifier_version()
    assert written["fitted_on"]["right"] + written["fitted_on"]["wrong"] == 4000
    assert written["fitted_on"]["brier"]["after"] == found.after.brier
