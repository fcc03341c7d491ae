"""Which of several transforms a candidate is compared under: the best, each refined if it pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from lookalike.verification.transforms import CORNERS, Transform, moved

AGREED = 0.6
"""Rate of a refined transform from which no other start is refined. Of 340 pairs with two starts,
none of the 253 that were spared the second one by this or ``NEAR`` would have gained .005."""
NEAR = 0.05
"""Shift of corners, in stored frames, below which a start leads to what another one became."""


def best_of(
    starts: Iterable[Transform],
    rate: Callable[[Transform], float],
    refine: Callable[[Transform], Transform | None],
) -> Transform | None:
    """The best of some transforms and their refinements; ``None`` where there are none.

    The best start is refined first. Another one is refined unless a refined transform is as good as
    ``AGREED`` or as near to it as ``NEAR``.

    Args:
        starts: from the query, or what it was cut out of, to the stored frame.
        rate: tells how good a transform is: the agreement of texture, at most 1.
        refine: improves a transform, and returns ``None`` where the pictures drift apart.
    """
    rated = sorted(((rate(start), start) for start in starts), key=_rate, reverse=True)
    refined: list[tuple[float, Transform]] = []
    for _, start in rated:
        if any(found >= AGREED or _shift(start, end) < NEAR for found, end in refined):
            continue
        end = refine(start)
        if end is not None:
            refined.append((rate(end), end))
    every = [*rated, *refined]
    return max(every, key=_rate)[1] if every else None


def _rate(rated: tuple[float, Transform]) -> float:
    return rated[0]


def _shift(first: Transform, second: Transform) -> float:
    """The largest shift along an axis between where two transforms take the corners."""
    return float(np.abs(moved(first, CORNERS) - moved(second, CORNERS)).max())
