"""Retry policies: how often, how long and how far apart a request to a store is made again."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")
_JITTER = random.SystemRandom()
"""Not the module ``random``: functions restored from one snapshot would draw the same pauses."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How a request is retried. All times are in seconds.

    Pauses grow exponentially and have full jitter.
    Source: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/

    Attributes:
        timeout: of one attempt.
        deadline: of all attempts together; no attempt begins after it.
        first_pause: upper bound of the pause before the second attempt; it doubles each time.
        longest_pause: the bound doubles up to this.
        sleep: waits for a number of seconds.
        monotonic: a clock that never runs backwards.
    """

    timeout: float = math.inf
    deadline: float = 8
    first_pause: float = 0.05
    longest_pause: float = 2
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def attempts(self) -> Iterator[float]:
        """The timeout of each attempt. Waits between attempts, and ends at the deadline."""
        end = self.monotonic() + self.deadline
        yield min(self.timeout, self.deadline)
        for pause in self._pauses():
            left = end - self.monotonic() - pause
            if left <= 0:
                return
            self.sleep(pause)
            yield min(self.timeout, left)

    def repeated(self, call: Callable[[], _T], error: type[Exception]) -> _T:
        """The result of a call that is repeated while it raises this error; the last is raised."""
        for _ in self.attempts():  # one at least
            try:
                return call()
            except error as raised:
                last = raised
        raise last

    def _pauses(self) -> Iterator[float]:
        bound = self.first_pause
        while True:
            yield _JITTER.uniform(0, bound)
            bound = min(2 * bound, self.longest_pause)
