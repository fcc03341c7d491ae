"""Fingerprints of many pictures on all cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING

from lookalike.cores import usable_cores
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.imports.worker_process import WorkerProcess

if TYPE_CHECKING:
    from lookalike.local.imports.fingerprint_worker import Outcome
    from lookalike.local.imports.worker_process import Tasks

FetcherFactory = Callable[[], ImageFetcher]
"""Builds the fetcher of a worker process; can be pickled."""


class FingerprintPool:
    """Worker processes, started at the first task.

    They end at once when the pool is closed, whatever they wait for, and with the process that
    started them, even if that is killed.

    Unlike ``ProcessPoolExecutor``, whose processes share locks and one pipe for results, each
    worker has a pipe of its own. So one that is killed costs the others nothing, no reader waits
    for the rest of its answer, and no semaphores are left over.

    Args:
        fetcher: builds what gets the pictures.
        processes: how many workers there are; by default as many as cores.
    """

    def __init__(self, fetcher: FetcherFactory, processes: int | None = None) -> None:
        self._fetcher = fetcher
        self._processes = processes or usable_cores()
        self._tasks: Tasks = SimpleQueue()
        self._workers: list[WorkerProcess] = []

    @property
    def processes(self) -> int:
        """The number of workers."""
        return self._processes

    def submit(self, addresses: Sequence[str]) -> Future[list[Outcome]]:
        """Compute the fingerprint behind each address, or say why there is none."""
        if not self._workers:
            self._workers = [
                WorkerProcess(self._fetcher, self._tasks) for _ in range(self._processes)
            ]
        task: Future[list[Outcome]] = Future()
        self._tasks.put((task, list(addresses)))
        return task

    def close(self) -> None:
        """End the workers and cancel what they have not done; a later task starts new ones."""
        ended, self._workers = self._workers, []
        for worker in ended:
            worker.end()
        while not self._tasks.empty():
            if (item := self._tasks.get()) is not None:
                item[0].cancel()
        for _ in ended:
            self._tasks.put(None)
        for worker in ended:
            worker.join()
