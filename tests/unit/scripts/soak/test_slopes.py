"""Growth is what remains of noise, and judged by a bound."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.soak.slopes import MIN_VALUES, Growth, growth, growth_table

TIMES = [3.0 * row for row in range(200)]
NOISE = np.random.default_rng(0).standard_normal(200)


def _growth(a_minute: float, noise: float = 1.0, bound: float = 0.5) -> Growth:
    values = [
        100 + a_minute * at / 60 + noise * each for at, each in zip(TIMES, NOISE, strict=True)
    ]
    found = growth("memory", TIMES, values, bound)
    assert found is not None
    return found


@pytest.mark.parametrize(("a_minute", "is_good"), [(0.0, True), (-3.0, True), (3.0, False)])
def test_should_tell_growth_from_noise(a_minute: float, *, is_good: bool) -> None:
    found = _growth(a_minute)
    assert found.low < a_minute < found.high
    assert found.is_good is is_good


def test_should_not_call_bad_what_may_be_chance() -> None:
    found = _growth(0.6, noise=20)
    assert found.low < 0.5 < found.high
    assert found.is_good


def test_should_leave_out_the_warm_up() -> None:
    """A step in the first quarter is a cache that fills."""
    found = growth("memory", TIMES, [0.0] * 45 + [100.0] * 155, 0.5)
    assert found is not None
    assert (found.slope, found.low, found.high, found.median) == (0, 0, 0, 100)


def test_should_pass_over_moments_without_a_value() -> None:
    values = [float("nan") if row % 2 else 5.0 for row in range(200)]
    found = growth("latency", TIMES, values, 0.0)
    assert found is not None
    assert (found.median, found.slope) == (5, 0)


@pytest.mark.parametrize("count", [0, 1, MIN_VALUES])
def test_should_tell_nothing_of_too_few_values(count: int) -> None:
    assert growth("memory", TIMES[:count], [1.0] * count, 0.5) is None


def test_should_show_what_is_not_good() -> None:
    text = growth_table([_growth(3.0, noise=0.0), _growth(0.0, noise=0.0)])
    assert "| memory | 119 | 3 | 3 to 3 | 0.5 | **no** |" in text
    assert "| memory | 100 | 0 | 0 to 0 | 0.5 | yes |" in text
