"""Removes events that are older than the operator wants to keep them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lookalike.errors import LookalikeError
from lookalike.storage.events import EventStore

PAUSE = 60 * 60.0
"""Seconds between two sweeps."""

log = logging.getLogger("lookalike.sweep")


class EventSweep:
    """Sweeps at its start and every hour, in a thread that ends with ``close``.

    Args:
        events: of the catalogue.
        kept: seconds that events are kept.
        clock: seconds since the epoch (UTC).
        pause: seconds between two sweeps.
    """

    def __init__(
        self, events: EventStore, kept: float, clock: Callable[[], float], pause: float = PAUSE
    ) -> None:
        self._events, self._kept, self._clock, self._pause = events, kept, clock, pause
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="events", daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closing.is_set():
            self._sweep()
            self._closing.wait(self._pause)

    def _sweep(self) -> None:
        try:
            self._events.sweep(self._clock() - self._kept)
        except LookalikeError as error:
            log.warning("Old events are still there: %s", error.detail)
