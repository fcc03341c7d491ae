"""How fast figures grow, and whether that is more than chance and more than a bound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import theilslopes  # which scikit-learn brings along

from scripts.benchmarks.report import table

CONFIDENCE = 0.95
WARM_UP = 0.25
"""Of the time, at its beginning, that does not count: caches fill, and pools start threads."""
MIN_VALUES = 10
MINUTE = 60.0


@dataclass(frozen=True)
class Growth:
    """How a figure grows.

    Attributes:
        name: of the figure, with its unit.
        median: of its values.
        slope: by how much it grows in a minute: the median of all pairs of values (Theil and Sen).
        low: the lower end of the interval of the slope, with 95 % confidence.
        high: its upper end.
        bound: growth in a minute that is still good; infinite where it cannot be judged, since
            other programs ran.
    """

    name: str
    median: float
    slope: float
    low: float
    high: float
    bound: float

    @property
    def is_good(self) -> bool:
        """Whether it does not grow by more than the bound, as far as one can be sure."""
        return self.low <= self.bound

    @property
    def cells(self) -> list[str]:
        """A row of the table."""
        figures = (self.median, self.slope, self.low, self.high, self.bound)
        median, slope, low, high, bound = (f"{figure:.3g}" for figure in figures)
        judged = [bound, _yes(self.is_good)] if math.isfinite(self.bound) else ["none", "not alone"]
        return [self.name, median, slope, f"{low} to {high}", *judged]


def growth(
    name: str, times: Sequence[float], values: Sequence[float], bound: float
) -> Growth | None:
    """How values grow after the warm-up; ``None`` where there are too few of them.

    Args:
        name: of the figure, with its unit.
        times: seconds, of each value.
        values: of the figure; NaN where there was none.
        bound: growth in a minute that is still good.
    """
    at, what = _after_warm_up(np.array(times), np.array(values))
    if len(what) < MIN_VALUES:
        return None
    slope, _, low, high = (MINUTE * float(each) for each in theilslopes(what, at, CONFIDENCE))
    return Growth(name, float(np.median(what)), slope, low, high, bound)


def growth_table(growths: Sequence[Growth]) -> str:
    """Growths as Markdown."""
    header = ["", "median", "growth a minute", "95 % interval", "bound", "good"]
    return table(header, (each.cells for each in growths))


def _after_warm_up(
    times: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not len(times):
        return times, values
    begin = times[0] + WARM_UP * (times[-1] - times[0])
    counts = (times >= begin) & ~np.isnan(values)
    return times[counts], values[counts]


def _yes(is_good: bool) -> str:  # noqa: FBT001 - what it words
    return "yes" if is_good else "**no**"
