"""Curves bend levels: what had one level has one level afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.edits import RANDOM, Change
from lookalike.evaluation.edits.tones import _bent, _burnt, _equalised, _solarised
from tests.images import picture

SEEDS = range(40)
CURVES = (_equalised, _burnt, _bent, _solarised)
LEVELS = np.arange(20, 240, dtype=np.uint8)


def _curve(curve: Change, seed: int) -> list[int]:
    """What becomes of each of ``LEVELS`` in a ramp that has more dark pixels than light ones."""
    ramp = np.concatenate([LEVELS, *[LEVELS[:60]] * 3])
    shown = Image.fromarray(np.repeat(ramp[:, None, None], 3, axis=2))
    after = np.asarray(curve(shown, np.random.default_rng(seed)), int)
    assert (after == after[:, :, :1]).all()
    levels: list[int] = after[: len(LEVELS), 0, 0].tolist()
    return levels


@pytest.mark.parametrize("curve", CURVES)
def test_should_change_levels_by_a_curve(curve: Change) -> None:
    for seed in SEEDS:
        levels = _curve(curve, seed)
        assert max(np.abs(np.subtract(levels, LEVELS))) > 5
        is_rising = min(np.diff(levels)) >= 0
        assert is_rising == (curve is not _solarised)


def test_should_burn_lights_alone() -> None:
    for seed in SEEDS:
        changed = np.abs(np.subtract(_curve(_burnt, seed), LEVELS)) > 1
        assert not changed[:40].any()
        assert changed[-40:].all()


def test_should_solarise_lights_alone() -> None:
    for seed in SEEDS:
        levels = np.array(_curve(_solarised, seed))
        is_turned = levels == 255 - LEVELS
        assert not is_turned[:80].any()
        assert is_turned[-20:].all()


def test_should_equalise_without_changing_hues() -> None:
    """A picture of one hue stays so: channels that are equalised apart would turn it."""
    shown = np.stack([LEVELS, LEVELS // 2, LEVELS // 2], axis=1)[None]
    for seed in SEEDS:
        after = np.asarray(_equalised(Image.fromarray(shown), np.random.default_rng(seed)), int)
        inside = after[(after > 8).all(axis=2) & (after < 247).all(axis=2)]
        assert (inside[:, 0] >= inside[:, 1]).all()
        assert np.abs(inside[:, 1] - inside[:, 2]).max() <= 3


def test_should_draw_all_curves() -> None:
    shown = picture(60, 40)
    drawn = [RANDOM["random_curve"](shown, np.random.default_rng(seed)).tobytes() for seed in SEEDS]
    for curve in CURVES:
        assert sum(_drawn(curve, shown, seed) == drawn[seed] for seed in SEEDS) >= 3


def _drawn(curve: Change, shown: Image.Image, seed: int) -> bytes:
    """The picture after a curve, with the draws that are left after the choice of one."""
    rng = np.random.default_rng(seed)
    rng.integers(len(CURVES))
    return curve(shown, rng).tobytes()
