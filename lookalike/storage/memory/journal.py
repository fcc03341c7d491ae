"""One lock for everything in memory, and an undo log for failed transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Journal:
    """A lock that one thread holds during its changes, and a log that undoes them."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._undo: list[Callable[[], object]] = []
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; after an exception, undo the changes made inside."""
        with self._lock:
            mark = len(self._undo)
            self._depth += 1
            try:
                yield
            except BaseException:
                self._roll_back(mark)
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._undo.clear()

    def record(self, undo: Callable[[], object]) -> None:
        """Log how to undo a change."""
        self._undo.append(undo)

    def _roll_back(self, mark: int) -> None:
        for undo in reversed(self._undo[mark:]):
            undo()
        del self._undo[mark:]  # including what undoing has logged
