"""Times steps in turns, so that noise affects all of them alike, and formats the figures."""

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
        wall: wall time.
        cpu: processor time of the calling thread; other programs hardly affect it.
    """

    wall: NDArray[np.float64]
    cpu: NDArray[np.float64]

    def quantile(self, share: float) -> float:
        """The wall time in seconds that this share (0 to 1) of the calls does not exceed."""
        return float(np.quantile(self.wall, share))

    @property
    def median(self) -> float:
        """The median wall time in seconds."""
        return self.quantile(0.5)

    @property
    def cpu_median(self) -> float:
        """The median processor time in seconds."""
        return float(np.median(self.cpu))

    def ratio_to(self, other: Samples) -> float:
        """The median, over the calls, of the ratio of processor time to that of another step."""
        return float(np.median(self.cpu / other.cpu))


def interleaved(subjects: Sequence[Mapping[str, Step]], rounds: int) -> dict[str, Samples]:
    """Time the steps one after the other for each subject, round after round.

    Args:
        subjects: for each subject the same steps, by name.
        rounds: number of rounds, after a warm-up round that does not count.

    Returns:
        Samples by step, ``rounds`` times the number of subjects, in the same order for all steps.
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
    """Wall time and processor time of one call, in seconds."""
    began, cpu_began = time.perf_counter(), time.thread_time()
    step()
    return time.perf_counter() - began, time.thread_time() - cpu_began


def milliseconds(seconds: float) -> str:
    """Milliseconds with three digits: two decimals below 10, one below 100."""
    value = seconds * 1e3
    decimals = 2 if value < 10 else 1 if value < 100 else 0  # noqa: PLR2004 - three digits
    return f"{value:.{decimals}f}"
