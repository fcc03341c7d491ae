"""Fingerprints within the process that asks for them: that of a function, or of Spark on a core."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from lookalike.imports.fingerprint_worker import FingerprintWorker
from lookalike.imports.picture_request import Outcome, PictureRequest


class InlinePool:
    """Computes fingerprints in this process, one task after the other.

    Args:
        worker: fetches and fingerprints pictures.
    """

    processes = 1

    def __init__(self, worker: FingerprintWorker) -> None:
        self._worker = worker
        self._thread = ThreadPoolExecutor(1, "fingerprints")

    def submit(self, items: Sequence[PictureRequest], /) -> Future[list[Outcome]]:
        """Begin with these pictures when those before are done."""
        return self._thread.submit(self._worker.fingerprint_all, items)
