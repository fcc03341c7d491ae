"""Steps are timed in turns, and figures are formatted."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.benchmarks.timing import Samples, interleaved, milliseconds


def test_should_take_turns_between_steps_and_subjects() -> None:
    """Noise affects all steps alike."""
    calls: list[str] = []
    subjects = [
        {"step": lambda: calls.append("a1"), "other": lambda: calls.append("a2")},
        {"step": lambda: calls.append("b1"), "other": lambda: calls.append("b2")},
    ]
    interleaved(subjects, rounds=1)
    assert calls == ["a1", "a2", "b1", "b2"] * 2


def test_should_not_count_the_warm_up_round() -> None:
    samples = interleaved([{"step": lambda: None}] * 3, rounds=2)
    assert samples["step"].wall.shape == samples["step"].cpu.shape == (6,)


def test_should_compare_call_by_call() -> None:
    """The median of ratios, not the ratio of medians."""
    step = Samples(np.ones(3), np.array([1.0, 20.0, 3.0]))
    other = Samples(np.ones(3), np.array([1.0, 10.0, 1.0]))
    assert step.ratio_to(other) == 2


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.001234, "1.23"), (0.01234, "12.3"), (0.1234, "123")]
)
def test_should_write_three_digits(seconds: float, text: str) -> None:
    assert milliseconds(seconds) == text
