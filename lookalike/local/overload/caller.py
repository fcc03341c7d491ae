"""Whether somebody still waits for the answer to the request that a thread works on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy

from lookalike.errors import LookalikeError


class Caller:
    """Who waits for the answer to one request, for all threads that work on it.

    Args:
        client: whose shares the work counts for.
        expected_wait: seconds that the request was going to wait when it came.
    """

    def __init__(self, client: str = "", expected_wait: float = 0.0) -> None:
        self.client = client
        self.expected_wait = expected_wait
        self._lock = threading.Lock()
        self._reason: LookalikeError | None = None
        self._alarms = set[threading.Event]()

    def give_up(self, reason: LookalikeError) -> None:
        """Let the work on the request end at its next step; the first reason counts."""
        with self._lock:
            self._reason = self._reason or reason
            for alarm in self._alarms:
                alarm.set()

    @property
    def is_gone(self) -> bool:
        """Whether nobody waits any more."""
        return self._reason is not None

    def require(self) -> None:
        """Raise the reason why the work on the request should end, if there is one."""
        if self._reason is not None:
            # A copy, since a raised error knows the variables of those whom it ends, such as this.
            raise copy(self._reason)

    @contextmanager
    def waking(self, alarm: threading.Event) -> Iterator[None]:
        """Set this event within the block as soon as the work should end."""
        with self._lock:
            self._alarms.add(alarm)
            if self._reason is not None:
                alarm.set()
        try:
            yield
        finally:
            with self._lock:
                self._alarms.discard(alarm)


_caller: ContextVar[Caller] = ContextVar("caller")


def current_caller() -> Caller:
    """The caller that this thread works for; one that never gives up where there is none."""
    return _caller.get(None) or Caller()


@contextmanager
def working_for(caller: Caller) -> Iterator[None]:
    """Work for this caller within the block."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)
