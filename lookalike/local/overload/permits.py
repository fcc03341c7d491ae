"""Permits to compute: as many requests compute at once as there are cores, and others wait.

Whoever would wait too long is refused at once, since clients give up: a service that lets all of
them wait is busy with answers that nobody reads any more. Clients take turns, so that one with many
requests makes others wait for one of them alone. The first comes first; but while clients leave the
queue, the newest goes first, because the oldest are about to leave, too ("adaptive LIFO" in Maurer,
Fail at Scale, ACM Queue 13(8), 2015).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lookalike.http.problems import OverloadedError
from lookalike.local.overload.caller import Caller, current_caller
from lookalike.local.overload.turns import Turns

MAX_WAIT = 3.0
"""Seconds that a request may wait for a permit. Many clients give up after five."""
IMPATIENCE = 1.0
"""Seconds for which the newest goes first after a client has left before its answer."""
_FIRST_GUESS = 0.05
"""Seconds of computing, until some were measured."""
_WEIGHT = 0.1
"""Of the newest measurement in the moving average."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """Somebody who waits for a permit."""

    woken: threading.Event = field(default_factory=threading.Event)
    has_permit: bool = False


class Permits:
    """Hands out permits to compute. Safe to use from several threads.

    Args:
        most: permits at once.
        max_wait: seconds that somebody may wait for one.
        clock: seconds that only grow.
    """

    def __init__(
        self, most: int, max_wait: float = MAX_WAIT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.RLock()
        self._own = threading.local()
        self._most = self._free = most
        self._max_wait = max_wait
        self._clock = clock
        self._begun, self._new = Turns[_Waiting](), Turns[_Waiting]()
        self._left_at = -math.inf
        self._seconds = {True: _FIRST_GUESS, False: _FIRST_GUESS}

    @property
    def waiting(self) -> int:
        """How many wait for a permit."""
        with self._lock:
            return len(self._begun) + len(self._new)

    def expected_wait(self, client: str, ahead: int = 0) -> float:
        """Seconds that a new request would wait, as far as one can tell.

        Args:
            client: who asks.
            ahead: further requests that will ask before.
        """
        with self._lock:
            before = self._new.before(client) + ahead
            return before * sum(self._seconds.values()) / self._most

    def is_overloaded(self, client: str) -> bool:
        """Whether a new request would wait for too long."""
        return self.expected_wait(client) >= self._max_wait

    @contextmanager
    def permit(self, *, begun: bool) -> Iterator[None]:
        """Compute within the block. An inner block has the permit of the outer one.

        Args:
            begun: whether work for this request was done already, which would be lost. Such
                requests go first, and are not refused beforehand.

        Raises:
            OverloadedError: it would take too long, or has.
            LookalikeError: nobody waits for the answer any more.
        """
        caller = current_caller()
        if getattr(self._own, "has_permit", False):
            caller.require()
            yield
            return
        self._take(caller, begun=begun)
        self._own.has_permit, started = True, self._clock()
        try:
            yield
        finally:
            self._own.has_permit = False
            if caller.is_gone:  # it has waited for so long that it left before its answer
                self._left_at = self._clock()
            self._give_back(self._clock() - started, begun=begun)

    def _take(self, caller: Caller, *, begun: bool) -> None:
        caller.require()
        waiting, queue = _Waiting(), self._begun if begun else self._new
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if not begun and self.is_overloaded(caller.client):
                raise OverloadedError
            queue.add(caller.client, waiting)
        with caller.waking(waiting.woken):
            waiting.woken.wait(self._max_wait)
        self._end_wait(waiting, queue, caller)

    def _end_wait(self, waiting: _Waiting, queue: Turns[_Waiting], caller: Caller) -> None:
        """Keep the permit, or leave without one."""
        with self._lock:
            queue.discard(caller.client, waiting)
        try:
            caller.require()
        except Exception:
            self._left_at = self._clock()
            if waiting.has_permit:
                self._pass_on()
            raise
        if not waiting.has_permit:
            raise OverloadedError

    def _give_back(self, seconds: float, *, begun: bool) -> None:
        with self._lock:
            self._seconds[begun] += _WEIGHT * (seconds - self._seconds[begun])
        self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            next_one = self._next()
            if next_one is None:
                self._free += 1
            else:
                next_one.has_permit = True
                next_one.woken.set()

    def _next(self) -> _Waiting | None:
        """Take the next one out of its queue."""
        clients_leave = self._clock() - self._left_at < IMPATIENCE
        return self._begun.take() or self._new.take(newest=clients_leave)
