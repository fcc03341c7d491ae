"""Embeds in the background what was stored without an embedding of a configured model."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lookalike.errors import LookalikeError, TransientError
from lookalike.search.embedding import MissingEmbeddings, ModelsStoppedError

PAUSE = 5.0
"""Seconds between two looks at what was stored meanwhile."""
LONGEST_PAUSE = 600.0
"""Seconds after which a model that does not answer is asked again at the latest."""

log = logging.getLogger("lookalike.search")


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

    Args:
        clock: seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pauses: dict[str, _Pause] = {}

    def paused(self) -> set[str]:
        """The names of the models to leave alone now."""
        now = self._clock()
        return {name for name, pause in self._pauses.items() if pause.until > now}

    def failed(self, stopped: Mapping[str, TransientError]) -> None:
        """Pause the models that stopped; those that were asked and did not are forgiven."""
        kept = {name: self._pauses[name] for name in self.paused()}
        self._pauses = kept | {name: self._next(name, error) for name, error in stopped.items()}

    def _next(self, name: str, error: TransientError) -> _Pause:
        before = self._pauses.get(name)
        seconds = 2 * before.seconds if before else float(error.retry_after)
        seconds = min(seconds, LONGEST_PAUSE)
        return _Pause(seconds, self._clock() + seconds)


class BackgroundEmbedding:
    """A thread that keeps embeddings complete, until it is closed.

    Args:
        missing: computes them.
        pause: seconds between two looks.
    """

    def __init__(self, missing: MissingEmbeddings, pause: float = PAUSE) -> None:
        self._missing = missing
        self._pause = pause
        self._pauses = ModelPauses()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="embedding", daemon=True)

    def open(self) -> None:
        """Say which model serves until all pictures are embedded, and start the thread."""
        self._missing.keep_serving()
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch that is being embedded."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._embed()
            except LookalikeError as error:
                log.warning("Pictures are not embedded for now: %s", error.detail)
            except Exception:
                log.exception("Pictures are not embedded, for an unforeseen reason.")
            self._stopping.wait(self._pause)

    def _embed(self) -> None:
        stopped: Mapping[str, TransientError] = {}
        try:
            self._missing.compute(should_stop=self._stopping.is_set, without=self._pauses.paused())
        except ModelsStoppedError as error:
            stopped = error.by_model
            raise
        finally:
            self._pauses.failed(stopped)
