"""Tasks of a pool, answered in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from typing import TypeVar

from lookalike.local.workers.pool import WorkerPool

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MAX_TASKS_PER_WORKER = 3
"""Tasks submitted for each worker before the oldest is waited for, so that no worker is idle."""
STOP_CHECK_SECONDS = 0.25
"""Time between two checks whether to stop."""


def answered_in_order(
    pool: WorkerPool[Item, Outcome],
    tasks: Iterable[Sequence[Item]],
    should_stop: Callable[[], bool],
) -> Iterator[tuple[Sequence[Item], list[Outcome]]]:
    """Yield each task with its outcomes; end early where the caller wants to stop.

    Args:
        pool: of the workers.
        tasks: read only as far as the workers need them.
        should_stop: asked between tasks, and while answers are waited for.
    """
    pending = deque[tuple[Sequence[Item], Future[list[Outcome]]]]()
    left = iter(tasks)
    while not should_stop():
        while len(pending) < MAX_TASKS_PER_WORKER * pool.processes:
            if (task := next(left, None)) is None:
                break
            pending.append((task, pool.submit(task)))
        if not pending or not is_answered(pending[0][1], should_stop):
            return
        task, future = pending.popleft()
        yield task, future.result()


def is_answered(future: Future[list[Outcome]], should_stop: Callable[[], bool]) -> bool:
    """Wait for an answer; return false where the caller wants to stop before."""
    while not should_stop():
        if wait([future], STOP_CHECK_SECONDS).done:
            return not should_stop()  # a signal may have ended the worker, too
    return False
