"""Weather and curves do what their names say, on pictures whose parts are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits import RANDOM
from tests.images import picture

SEEDS = range(40)
Levels = NDArray[np.float32]


def _all(name: str, source: Image.Image) -> list[Levels]:
    return [
        np.asarray(RANDOM[name](source, np.random.default_rng(seed)), np.float32) for seed in SEEDS
    ]


def _shares(name: str, source: Image.Image) -> list[float]:
    """Shares of the pixels that are changed by more than 8 levels."""
    before = np.asarray(source, np.float32)
    return [float((np.abs(after - before).max(axis=2) > 8).mean()) for after in _all(name, source)]


def test_should_leave_a_part_without_clouds() -> None:
    shares = _shares("random_haze", Image.new("RGB", (160, 120), (128, 128, 128)))
    assert min(shares) < 0.35
    assert 0.6 < max(shares) < 0.95


def test_should_only_add_light_with_a_flare() -> None:
    source = picture(160, 120)
    before = np.asarray(source, np.float32)
    for after in _all("random_flare", Image.new("RGB", (160, 120))):
        assert after.max() > 60
    for share in _shares("random_flare", source):
        assert 0 < share < 0.9
    darker = [(before - after).max(axis=2) > 100 for after in _all("random_flare", source)]
    assert np.mean(darker) < 0.02


@pytest.mark.parametrize(
    ("name", "least", "most"), [("random_specks", 0.02, 0.35), ("random_holes", 0.12, 0.6)]
)
def test_should_cover_a_part_and_leave_the_rest(name: str, least: float, most: float) -> None:
    shares = _shares(name, picture(400, 300))
    assert 0 < min(shares) < least
    assert least < max(shares) < most


def test_should_cover_a_part_in_rows() -> None:
    """Squares at one distance leave whole rows and columns of pixels."""
    in_rows = 0
    for after in _all("random_holes", Image.new("RGB", (400, 300), (1, 2, 3))):
        covered = (after != (1, 2, 3)).any(axis=2)
        rows, columns = covered.any(axis=1), covered.any(axis=0)
        if np.array_equal(covered, rows[:, None] & columns) and np.diff(rows).sum() > 2:
            in_rows += 1
    assert 6 < in_rows < 30


def test_should_bend_levels_by_one_curve() -> None:
    """What had one level has one level afterwards, and most levels differ."""
    ramp = Image.linear_gradient("L").convert("RGB")
    before = np.asarray(ramp, np.float32)
    changed = []
    for after in _all("random_curve", ramp):
        assert (after == after[:, :1]).all()
        assert len(np.unique(after[:, 0, 0])) > 40
        changed.append((after != before).any(axis=2).mean())
    assert np.median(changed) > 0.3


def test_should_turn_some_lights_over() -> None:
    ramp = Image.linear_gradient("L").convert("RGB")
    falls = [(np.diff(after[:, 0, 0]) < -5).any() for after in _all("random_curve", ramp)]
    whole = [
        (np.diff(after[:, 0, 0])[-20:] < 0).mean() > 0.5 for after in _all("random_curve", ramp)
    ]
    assert any(falls)
    assert 3 < sum(whole) < 25
