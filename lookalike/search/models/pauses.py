"""Leaving models alone that do not answer, each for itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lookalike.errors import TransientError

LONGEST_PAUSE = 600.0
"""Seconds after which a model that does not answer is asked again at the latest."""


@dataclass(frozen=True, slots=True)
class _Pause:
    """How long a model is left alone.

    Attributes:
        seconds: from its last failure on.
        until: by the clock.
    """

    seconds: float
    until: float


class ModelPauses:
    """Leaves models alone that do not answer: twice as long after each failure.

    Any thread may use it.

    Args:
        clock: seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pauses: dict[str, _Pause] = {}

    def paused(self) -> set[str]:
        """The names of the models to leave alone now."""
        now = self._clock()
        return {name for name, pause in list(self._pauses.items()) if pause.until > now}

    def failed(self, name: str, error: TransientError) -> None:
        """Pause a model that did not answer. Failures during its pause are part of the same one."""
        if name in self.paused():
            return
        before = self._pauses.get(name)
        seconds = 2 * before.seconds if before else float(error.retry_after)
        seconds = min(seconds, LONGEST_PAUSE)
        self._pauses[name] = _Pause(seconds, self._clock() + seconds)

    def answered(self, name: str) -> None:
        """Forgive a model that answers."""
        self._pauses.pop(name, None)
