"""Worker processes that share tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

from lookalike.cores import usable_cores
from lookalike.local.workers.worker_process import WorkerProcess

if TYPE_CHECKING:
    from lookalike.local.workers.worker_process import Build, Tasks

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class WorkerPool(Generic[Item, Outcome]):
    """Worker processes, started at the first task.

    They end at once when the pool is closed, whatever they wait for, and with the process that
    started them, even if that is killed.

    Unlike ``ProcessPoolExecutor``, whose processes share locks and one pipe for results, each
    worker has a pipe of its own. So one that is killed costs the others nothing, no reader waits
    for the rest of its answer, and no semaphores are left over.

    Args:
        build: builds what answers a task, in the process; can be pickled.
        crashed: the outcome of an item that ends the process twice.
        processes: how many workers there are; by default as many as cores.
    """

    def __init__(
        self,
        build: Build[Item, Outcome],
        crashed: Callable[[], Outcome],
        processes: int | None = None,
    ) -> None:
        self._build = build
        self._crashed = crashed
        self._processes = processes or usable_cores()
        self._tasks: Tasks[Item, Outcome] = SimpleQueue()
        self._workers: list[WorkerProcess[Item, Outcome]] = []

    @property
    def processes(self) -> int:
        """The number of workers."""
        return self._processes

    def submit(self, items: Sequence[Item]) -> Future[list[Outcome]]:
        """Compute the outcome of each item."""
        if not self._workers:
            self._workers = [
                WorkerProcess(self._build, self._crashed, self._tasks)
                for _ in range(self._processes)
            ]
        task: Future[list[Outcome]] = Future()
        self._tasks.put((list(items), task))
        return task

    def close(self) -> None:
        """End the workers and cancel what they have not done; a later task starts new ones."""
        ended, self._workers = self._workers, []
        for worker in ended:
            worker.end()
        while not self._tasks.empty():
            if (item := self._tasks.get()) is not None:
                item[1].cancel()
        for _ in ended:
            self._tasks.put(None)
        for worker in ended:
            worker.join()
