"""How long an import waits for a service that asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock

from lookalike.cli.remote.connection import RemoteUnavailableError, ServiceRetryPolicy

RETRIES = 8
"""Over half a minute where no pause is named: a service that is started anew ends no import."""
MAX_PAUSE = 60
"""Seconds: so a service is asked for eight minutes; the firewall forgets a flood after five."""
_UNNOTICED = 5
"""Seconds that nobody is told of."""


class Waiting:
    """Waits, and says so once, however many threads wait at the same time.

    Args:
        say: is told how many seconds are waited for.
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
        """That of an import."""
        return ServiceRetryPolicy(RETRIES, MAX_PAUSE, self.wait)

    def wait(self, seconds: float) -> None:
        """Come back so much later.

        Raises:
            RemoteUnavailableError: waiting has been ended.
        """
        with self._lock:
            now = self._monotonic()
            if seconds > _UNNOTICED and now >= self._said_until:
                self._said_until = now + seconds
                self._say(seconds)
        if self._over.wait(seconds):
            raise RemoteUnavailableError("The import ends before the service is back.")

    def end(self) -> None:
        """Whoever waits gives up."""
        self._over.set()
