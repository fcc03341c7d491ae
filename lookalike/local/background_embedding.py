"""Embeds in the background what was stored without an embedding of a configured model."""

from __future__ import annotations

import logging
import threading

from lookalike.errors import LookalikeError
from lookalike.search.embedding import MissingEmbeddings

PAUSE = 5.0
"""Seconds between two looks at what was stored meanwhile."""

log = logging.getLogger("lookalike.search")


class BackgroundEmbedding:
    """A thread that keeps embeddings complete, until it is closed.

    Args:
        missing: computes them.
        pause: seconds between two looks.
    """

    def __init__(self, missing: MissingEmbeddings, pause: float = PAUSE) -> None:
        self._missing = missing
        self._pause = pause
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
                self._missing.compute(should_stop=self._stopping.is_set, spare_paused=True)
            except LookalikeError as error:
                log.warning("Pictures are not embedded for now: %s", error.detail)
            except Exception:
                log.exception("Pictures are not embedded, for an unforeseen reason.")
            self._stopping.wait(self._pause)
