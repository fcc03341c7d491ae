"""How long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Iterator

_CHANCE = random.SystemRandom()
"""Not ``random`` itself: functions restored from one snapshot would all draw the same pauses."""


def pauses(first: float, longest: float) -> Iterator[float]:
    """Pauses in seconds: exponential, with full jitter, without end.

    Source: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/

    Args:
        first: the longest that the first may be; doubles with each.
        longest: what it doubles up to.
    """
    most = first
    while True:
        yield _CHANCE.uniform(0, most)
        most = min(2 * most, longest)
