"""Timing steps so that what is compared meets the same noise, and wording the figures."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Step = Callable[[], object]


@dataclass(frozen=True)
class Samples:
    """Seconds of every call of one step, in the order of the calls.

    Attributes:
        wall: what a clock shows.
        cpu: processor time of the calling thread; hardly disturbed by other programs.
    """

    wall: NDArray[np.float64]
    cpu: NDArray[np.float64]

    def quantile(self, share: float) -> float:
        """Wall seconds that this share (0 to 1) of the calls stays below."""
        return float(np.quantile(self.wall, share))

    @property
    def median(self) -> float:
        """Wall seconds, in the middle."""
        return self.quantile(0.5)

    @property
    def cpu_median(self) -> float:
        """Processor seconds, in the middle."""
        return float(np.median(self.cpu))

    def ratio_to(self, other: Samples) -> float:
        """Median of the ratios, call by call, of processor time to that of another step."""
        return float(np.median(self.cpu / other.cpu))


def interleaved(subjects: Sequence[Mapping[str, Step]], rounds: int) -> dict[str, Samples]:
    """Time the steps one after the other for each subject, round after round.

    Args:
        subjects: the same steps by name for each.
        rounds: how often; one more comes first and does not count.

    Returns:
        Samples by step: ``rounds`` times the number of subjects, aligned between the steps.
    """
    wall, cpu = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for number in range(rounds + 1):
        for subject in subjects:
            for name, step in subject.items():
                wall_seconds, cpu_seconds = timed(step)
                if number > 0:
                    wall[name].append(wall_seconds)
                    cpu[name].append(cpu_seconds)
    return {name: Samples(np.array(wall[name]), np.array(cpu[name])) for name in wall}


def timed(step: Step) -> tuple[float, float]:
    """Wall and processor seconds of one call."""
    began, cpu_began = time.perf_counter(), time.thread_time()
    step()
    return time.perf_counter() - began, time.thread_time() - cpu_began


def milliseconds(seconds: float) -> str:
    """With two decimals below ten, one below a hundred."""
    value = seconds * 1e3
    decimals = 2 if value < 10 else 1 if value < 100 else 0  # noqa: PLR2004 - three digits
    return f"{value:.{decimals}f}"
