"""Rates are shown as shares of the peak, and latencies as multiples of those alone."""

from __future__ import annotations

import pytest

from scripts.benchmarks.load_figures import Rate, Slowdown, latencies_table, rates_table, targets
from scripts.load.callers import Tally


def a_rate(callers: int, answers: int, patience: float | None = None) -> Rate:
    tally = Tally([0.1] * answers, refused=20, given_up=5)
    return Rate(callers, patience, tally, seconds=10, cpu=8)


def a_slowdown(beside: float) -> Slowdown:
    return Slowdown("others", Tally([0.1] * 3), Tally([beside] * 3))


def test_should_show_rates_as_shares_of_the_peak() -> None:
    text = rates_table([a_rate(4, 200), a_rate(64, 160, 2.0)])
    assert "| 4 | never | 20.0 | 100% | 100 | 100 | 2.0 | 0.5 | 40.0 |" in text
    assert "| 64 | after 2 s | 16.0 | 80% |" in text


def test_should_show_how_much_others_cost() -> None:
    assert "| others | 100 | 150 | 1.50 | 100 | 150 |" in latencies_table([a_slowdown(0.15)])


@pytest.mark.parametrize(
    ("answers", "beside", "are_met"),
    [(160, 0.2, [True, True]), (150, 0.3, [False, False]), (0, 0.1, [False, True])],
)
def test_should_judge_the_worst(answers: int, beside: float, are_met: list[bool]) -> None:
    rates = [a_rate(16, 200), a_rate(64, 190), a_rate(64, answers, 2.0), a_rate(16, 1, 2.0)]
    found = targets(rates, [a_slowdown(0.1), a_slowdown(beside)], many=64)
    assert [target.is_met for target in found] == are_met


def test_should_take_no_answer_for_infinitely_slow() -> None:
    unanswered = Slowdown("others", Tally([0.1]), Tally())
    [_, latency] = targets([a_rate(64, 200)], [unanswered, a_slowdown(0.1)], many=64)
    assert not latency.is_met
