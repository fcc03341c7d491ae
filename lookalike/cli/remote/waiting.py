"""How commands with many requests wait for a service that is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock

from lookalike.cli.remote.connection import ServiceRetryPolicy
from lookalike.cli.remote.errors import RemoteUnavailableError

RETRIES = 8
"""They take over half a minute where the service names no pause, so that restarting a service does
not end an import."""
MAX_PAUSE = 60
"""Seconds. With the retries, that is eight minutes; the firewall forgets a flood after five."""
_UNNOTICED = 5
"""Seconds; shorter pauses are not reported."""


class Waiting:
    """Waits, and reports it once, however many threads wait at the same time.

    Args:
        say: is told for how many seconds all wait.
        monotonic: seconds that never run backwards.
    """

    def __init__(
        self,
        say: Callable[[float], None] = lambda _seconds: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._monotonic = monotonic
        self._said_until = 0.0
        self._lock = Lock()
        self._over = Event()

    def retry_policy(self) -> ServiceRetryPolicy:
        """The retries of a command with many requests, which wait here."""
        return ServiceRetryPolicy(RETRIES, MAX_PAUSE, self.wait)

    def wait(self, seconds: float) -> None:
        """Return after so many seconds.

        Raises:
            RemoteUnavailableError: ``end`` was called meanwhile.
        """
        with self._lock:
            now = self._monotonic()
            if seconds > _UNNOTICED and now >= self._said_until:
                self._said_until = now + seconds
                self._say(seconds)
        if self._over.wait(seconds):
            raise RemoteUnavailableError("The command ends before the service is back.")

    def resume(self) -> None:
        """Let threads wait again after ``end``."""
        self._over.clear()

    def end(self) -> None:
        """Let all threads that wait give up."""
        self._over.set()
