"""Percentages rise with the classifier's log odds and fall with the size of the catalogue."""

from __future__ import annotations

import json
import math
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.matching.calibration import (
    ALONE,
    MAX_LOG_ODDS,
    MAX_PROBABILITY,
    REFERENCE_SIZE,
    UPPER_SCORE,
    VERSION_KEY,
    Calibration,
)
from lookalike.matching.retrieval import UNVERIFIED_PROBABILITY
from lookalike.verification.classifier import classifier_version

PLAIN = Calibration(slope=1, intercept=0, growth=0.9)
BENT = Calibration(0.5, -1.0, 0.9, upper=2.0)
ODDS = st.floats(-40, 40)
SIZES = st.integers(0, 10_000_000)


def test_should_keep_the_log_odds_at_the_reference_size() -> None:
    for score in (-2.0, 0.0, 3.0):
        expected = 1 / (1 + math.exp(-score))
        assert PLAIN.probability(score, REFERENCE_SIZE) == pytest.approx(expected)


def test_should_stretch_and_move_the_log_odds() -> None:
    assert Calibration(0.5, -1.0, 0.9).log_odds(4.0, REFERENCE_SIZE) == pytest.approx(1.0)


def test_should_rise_faster_above_what_unrelated_pictures_reach() -> None:
    below, at, above = (BENT.log_odds(UPPER_SCORE + d, REFERENCE_SIZE) for d in (-1, 0, 1))
    assert at - below == pytest.approx(0.5)
    assert above - at == pytest.approx(2.5)


def test_should_be_less_certain_the_nearer_another_picture_is() -> None:
    """Up to the bend nothing changes; above it, half the distance leaves a quarter."""
    bend = BENT.probability(UPPER_SCORE, REFERENCE_SIZE)
    sure = BENT.probability(UPPER_SCORE + 1, REFERENCE_SIZE)
    assert BENT.crowded(sure, ALONE) == pytest.approx(sure)
    assert BENT.crowded(sure, 0) == pytest.approx(bend)
    quarter = BENT.log_odds(UPPER_SCORE, REFERENCE_SIZE) + 2.5 / 4
    assert BENT.crowded(sure, ALONE // 2) == pytest.approx(1 / (1 + math.exp(-quarter)))
    assert BENT.crowded(0.6, 0) == 0.6
    assert BENT.crowded(1.0, 0) == 1.0
    assert BENT.crowded(0.0, 0) == 0.0


@given(low=st.floats(0, 1), high=st.floats(0, 1), near=st.integers(0, 512), far=st.integers(0, 512))
def test_should_keep_the_order_of_matches_and_what_is_a_copy(
    low: float, high: float, near: int, far: int
) -> None:
    low, high = sorted((low, high))
    near, far = sorted((near, far))
    assert BENT.crowded(low, near) <= BENT.crowded(high, near) + 1e-12
    assert BENT.crowded(high, near) <= BENT.crowded(high, far) + 1e-12 <= high + 2e-12
    assert (BENT.crowded(high, near) >= 0.5) == (high >= 0.5)


def test_should_lower_the_odds_by_a_power_of_the_size() -> None:
    """With growth 1, ten times the pictures have ten times the chance likenesses."""
    linear = Calibration(1, 0, growth=1)
    ratio = linear.log_odds(2.0, REFERENCE_SIZE) - linear.log_odds(2.0, 10 * REFERENCE_SIZE)
    assert ratio == pytest.approx(math.log(10))
    assert Calibration(1, 0, growth=0).log_odds(2.0, 10**7) == 2.0


@given(score=ODDS, more=st.floats(0, 10), size=SIZES)
def test_should_never_fall_with_the_score(score: float, more: float, size: int) -> None:
    assert PLAIN.probability(score + more, size) >= PLAIN.probability(score, size)


@given(score=ODDS, size=SIZES, more=SIZES)
def test_should_never_rise_with_the_catalogue(score: float, size: int, more: int) -> None:
    assert PLAIN.probability(score, size + more) <= PLAIN.probability(score, size)


@given(score=st.floats(-1e6, 1e6), size=SIZES)
def test_should_be_a_probability_and_never_quite_certain(score: float, size: int) -> None:
    """The identical picture alone is certain."""
    assert abs(PLAIN.log_odds(score, size)) <= MAX_LOG_ODDS
    assert 0 < PLAIN.probability(score, size) < 1


@given(score=st.floats(-1e6, 1e6), size=SIZES)
def test_should_be_surer_where_nothing_is_changed_and_never_quite_certain(
    score: float, size: int
) -> None:
    unchanged = PLAIN.probability(score, size, is_unchanged=True)
    assert PLAIN.probability(score, size) <= unchanged <= MAX_PROBABILITY


def test_should_read_a_calibration_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = {"slope": 0.5, "intercept": -1, "growth": 0.25}
    path.write_text(json.dumps(values | {"classifier_version": classifier_version(), "note": "x"}))
    assert Calibration.read(path) == Calibration(0.5, -1.0, 0.25)


def test_should_read_the_bend(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = {"slope": 0.5, "intercept": -1, "growth": 0.25, "upper": 1.5}
    path.write_text(json.dumps(values | {"classifier_version": classifier_version()}))
    assert Calibration.read(path) == Calibration(0.5, -1.0, 0.25, 1.5)
    path.write_text(json.dumps(values | {"upper": -1, "classifier_version": classifier_version()}))
    with pytest.raises(ValueError, match="rising slopes"):
        Calibration.read(path)


def test_should_read_the_key_of_earlier_releases(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = {"slope": 0.5, "intercept": -1, "growth": 0.25}
    for others in ({}, {"classifier_version": classifier_version(), "judge_version": "0-old"}):
        path.write_text(json.dumps({"judge_version": classifier_version(), **values, **others}))
        assert Calibration.read(path) == Calibration(0.5, -1.0, 0.25)


def test_should_name_the_key_of_the_version_where_it_is_missing() -> None:
    with pytest.raises(ValueError, match="'classifier_version' is missing"):
        Calibration.parse(json.dumps({"slope": 1, "intercept": 0, "growth": 0}))


def test_should_refuse_another_version_under_the_key_of_earlier_releases(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = {"slope": 1, "intercept": 0, "growth": 0, "judge_version": "0-old"}
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ValueError, match="0-old"):
        Calibration.read(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"slope": 1, "intercept": 0}',
        f'{{"slope": 1{"0" * 400}, "intercept": 0, "growth": 1}}',
        "[" * 100_000,
        json.dumps({"slope": 1, "intercept": 0, "growth": -1, VERSION_KEY: classifier_version()}),
    ],
    ids=["empty", "a list", "nothing", "no growth", "beyond floats", "deep", "falling growth"],
)
def test_should_refuse_a_file_without_a_calibration(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no calibration"):
        Calibration.read(path)


def test_should_refuse_a_calibration_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = {"slope": 1, "intercept": 0, "growth": 0, "classifier_version": "0-old"}
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ValueError, match="0-old"):
        Calibration.read(path)


def test_should_ship_a_calibration_of_this_version() -> None:
    text = resources.files("lookalike.matching").joinpath("calibration.json").read_text()
    assert json.loads(text)["classifier_version"] == classifier_version()
    shipped = Calibration.shipped()
    assert shipped.slope > 0
    assert 0 <= shipped.growth <= 2
    assert shipped.probability(20.0, REFERENCE_SIZE) > 0.99
    assert shipped.probability(-20.0, REFERENCE_SIZE) < 0.01
    assert shipped.probability(-99.0, REFERENCE_SIZE) > UNVERIFIED_PROBABILITY


def test_should_accept_the_version_of_other_models(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    values = {"slope": 1, "intercept": 0, "growth": 0, "classifier_version": "3-mine"}
    path.write_text(json.dumps(values))
    assert Calibration.read(path, "3-mine") == Calibration(1, 0, 0)
    with pytest.raises(ValueError, match="3-yours"):
        Calibration.read(path, "3-yours")


def test_should_take_a_share_of_what_a_rival_scores_between_two_bounds() -> None:
    calibration = Calibration(1, 0, 0.5, rival=0.25)
    lost = [calibration.lost_to_rival(score) for score in (-9.0, -2.0, 0.0, 4.0, 9.0)]
    assert lost == [0, 0, 0.5, 1.5, 1.5]


def test_should_take_the_more_the_more_is_lacking() -> None:
    calibration = Calibration(1, 0, 0.5, telling=4)
    assert [calibration.lost_to_sibling(each) for each in (0.0, 0.5, 1.0)] == [0, 2, 4]


@pytest.mark.parametrize("name", ["rival", "telling"])
def test_should_read_what_others_take_and_take_nothing_without_it(name: str) -> None:
    fitted = {"slope": 1, "intercept": 0, "growth": 0.5, "classifier_version": "v"}
    assert getattr(Calibration.parse(json.dumps(fitted), "v"), name) == 0
    assert getattr(Calibration.parse(json.dumps(fitted | {name: 0.5}), "v"), name) == 0.5
    with pytest.raises(ValueError, match="rising slopes"):
        Calibration.parse(json.dumps(fitted | {name: -0.5}), "v")
