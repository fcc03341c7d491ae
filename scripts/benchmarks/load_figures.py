"""The figures of the service under load: rates, latencies beside others, and their targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.benchmarks.report import Target, table
from scripts.benchmarks.timing import milliseconds
from scripts.load.callers import Tally

MIN_SHARE_OF_PEAK = 0.8
MAX_SLOWDOWN = 2.0


@dataclass(frozen=True)
class Rate:
    """What was answered to so many callers.

    Attributes:
        callers: how many asked.
        patience: seconds after which they gave up; ``None``: never.
        tally: what became of their requests.
        seconds: for which they were counted.
        cpu: seconds of processor time that the service took meanwhile.
    """

    callers: int
    patience: float | None
    tally: Tally
    seconds: float
    cpu: float

    @property
    def answers(self) -> float:
        """Answers a second."""
        return len(self.tally.latencies) / self.seconds

    def cells(self, peak: float) -> list[str]:
        """A row of the table."""
        return [
            str(self.callers),
            f"after {self.patience:g} s" if self.patience else "never",
            f"{self.answers:.1f}",
            f"{self.answers / peak:.0%}",
            milliseconds(self.tally.quantile(0.5)),
            milliseconds(self.tally.quantile(0.95)),
            f"{self.tally.refused / self.seconds:.1f}",
            f"{self.tally.given_up / self.seconds:.1f}",
            milliseconds(self.cpu / max(1, len(self.tally.latencies))),
        ]


@dataclass(frozen=True)
class Slowdown:
    """What others cost a caller.

    Attributes:
        others: who they are.
        alone: its requests without them.
        beside: its requests beside them.
    """

    others: str
    alone: Tally
    beside: Tally

    @property
    def times(self) -> float:
        """The median latency beside them, over that alone; infinite where nothing was answered."""
        if not self.beside.latencies:
            return math.inf
        return self.beside.quantile(0.5) / self.alone.quantile(0.5)

    @property
    def cells(self) -> list[str]:
        """A row of the table."""
        sides = (self.alone, self.beside)
        p50, p95 = ([milliseconds(side.quantile(share)) for side in sides] for share in (0.5, 0.95))
        return [self.others, *p50, f"{self.times:.2f}", *p95]


def rates_table(rates: Sequence[Rate]) -> str:
    """Rates as Markdown."""
    header = ["callers", "give up", "answers/s", "of the peak", "p50", "p95"]
    peak = _peak(rates)
    return table(
        [*header, "refused/s", "given up/s", "CPU of an answer"],
        (rate.cells(peak) for rate in rates),
    )


def latencies_table(slowdowns: Sequence[Slowdown]) -> str:
    """Latencies as Markdown."""
    header = ["beside", "p50 alone", "p50 beside", "times", "p95 alone", "p95 beside"]
    return table(header, (slowdown.cells for slowdown in slowdowns))


def targets(rates: Sequence[Rate], quiet: Sequence[Slowdown], many: int) -> list[Target]:
    """Whether the service keeps its rate, and its latency beside connections that do little.

    Args:
        rates: of all numbers of callers.
        quiet: beside such connections.
        many: callers from which on the rate may not drop.
    """
    lowest = min((rate.answers for rate in rates if rate.callers >= many), default=0.0)
    share, worst = lowest / _peak(rates), max(slowdown.times for slowdown in quiet)
    return [
        Target(
            f"answers to {many} callers and more, with and without time-outs, of the peak rate",
            f"≥ {MIN_SHARE_OF_PEAK:.0%}",
            f"{share:.0%}",
            share >= MIN_SHARE_OF_PEAK,
        ),
        Target(
            "check beside connections that do little or nothing, over that alone, p50",
            f"≤ {MAX_SLOWDOWN:g} times",
            f"{worst:.2f} times",
            worst <= MAX_SLOWDOWN,
        ),
    ]


def _peak(rates: Sequence[Rate]) -> float:
    """The highest rate; at least one answer in the time, so that it can be divided by."""
    return max(max(rate.answers, 1 / rate.seconds) for rate in rates)
