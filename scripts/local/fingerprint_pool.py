"""Fingerprints of many pictures on all cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from lambdas.shared.errors import ImageCorruptError, LookalikeError
from lambdas.shared.images.fetching import ImageFetcher
from lambdas.shared.pictures import Fingerprint

FetcherFactory = Callable[[], ImageFetcher]
"""Makes the fetcher of a worker process; can be pickled."""
Outcome = Fingerprint | LookalikeError


class FingerprintPool:
    """Worker processes, started at the first task.

    They are spawned, not forked: threads and open databases do not survive a fork. They end with
    the process that made them, even if that is killed.
    """

    def __init__(self, fetcher: FetcherFactory, processes: int | None = None) -> None:
        self._fetcher = fetcher
        self._processes = processes or os.cpu_count() or 1
        self._executor: ProcessPoolExecutor | None = None

    @property
    def processes(self) -> int:
        """How many workers there are."""
        return self._processes

    def submit(self, addresses: Sequence[str]) -> Future[list[Outcome]]:
        """The fingerprint behind each address, or why there is none."""
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start_worker,
                initargs=(self._fetcher,),
            )
        try:
            return self._executor.submit(_fingerprint_all, list(addresses))
        except BrokenProcessPool as error:
            broken: Future[list[Outcome]] = Future()
            broken.set_exception(error)
            return broken

    def result(self, task: Future[list[Outcome]], addresses: Sequence[str]) -> list[Outcome]:
        """What a task found. Where a picture killed its worker, the others are done again."""
        try:
            return task.result()
        except BrokenProcessPool:
            return [self._alone(address) for address in addresses]

    def _alone(self, address: str) -> Outcome:
        for _ in range(2):  # the first time another picture may have been the killer
            self.close()
            try:
                [outcome] = self.submit([address]).result()
            except BrokenProcessPool:
                continue
            return outcome
        return ImageCorruptError("Decoding the picture ends the decoder. Save it anew.")

    def close(self) -> None:
        """End the workers; a later task starts new ones."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


def _start_worker(fetcher: FetcherFactory) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Only workers need what computes fingerprints; it takes long to import.
    from scripts.local import fingerprint_worker  # noqa: PLC0415 - as said

    fingerprint_worker.start(fetcher())


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fingerprint_all(addresses: list[str]) -> list[Outcome]:
    from scripts.local import fingerprint_worker  # noqa: PLC0415 - as above

    return fingerprint_worker.fingerprint_all(addresses)
