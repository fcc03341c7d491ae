"""A thread that works on long runs, one after the other."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable

from lookalike.errors import TransientError

PAUSE = 5.0
"""Seconds until a run is tried again, such as after the disk was full."""


log = logging.getLogger("lookalike.runs")


class RunThread:
    """Works on runs in the background. What a transient error stops is tried again.

    Args:
        name: of the thread, and of its runs in the log.
        work: works on the run of an id until it ends, or until ``is_stopping``.
        give_up: stores that a run has failed.
        between: called at the start and after each run.
        pause: seconds until a run is tried again that a transient error has stopped.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[str], None],
        give_up: Callable[[str], None],
        between: Callable[[], None],
        pause: float = PAUSE,
    ) -> None:
        self._name = name
        self._work_on = work
        self._give_up_on = give_up
        self._between = between
        self._pause = pause
        self._stopping = threading.Event()
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def open(self, run_ids: Iterable[str]) -> None:
        """Start the thread, beginning with runs that an earlier process left."""
        for run_id in run_ids:
            self._waiting.put(run_id)
        self._thread.start()

    def put(self, run_id: str) -> None:
        """Work on a run after those that wait already."""
        self._waiting.put(run_id)

    def is_stopping(self) -> bool:
        """Return whether ``close`` was called."""
        return self._stopping.is_set()

    def close(self) -> None:
        """Stop after the batch that is being written."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        self._between()
        while (run_id := self._waiting.get()) is not None and not self._stopping.is_set():
            if not self._settle(run_id):
                self._stopping.wait(self._pause)
                self._waiting.put(run_id)
            elif not self._stopping.is_set():
                self._between()

    def _settle(self, run_id: str) -> bool:
        """Work on a run; return whether it has ended, successfully or not."""
        try:
            self._work_on(run_id)
        except TransientError as error:
            log.warning("Run %s of %s waits: %s", run_id, self._name, error.detail)
            return False
        except Exception:
            log.exception("Run %s of %s has failed.", run_id, self._name)
            return self._give_up(run_id)
        return True

    def _give_up(self, run_id: str) -> bool:
        try:
            self._give_up_on(run_id)
        except Exception:
            log.exception("The failure of run %s of %s cannot be stored.", run_id, self._name)
            return False
        return True
