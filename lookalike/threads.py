"""Work on many items in several threads, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_ITEMS_PER_THREAD = 8
"""Items for each thread that may be under way, or have a result that is not fetched yet."""
STOP_CHECK_SECONDS = 0.25
"""Time between two checks whether to stop."""


def results_in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int,
    should_stop: Callable[[], bool] = lambda: False,
    before_end: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """Apply a function to each item; the first error ends it, and so does a request to stop.

    Args:
        function: is called in several threads at once.
        items: are read as they are needed.
        threads: how many.
        should_stop: asked before each result, and again and again while one is waited for.
        before_end: called before running calls are waited for; may tell them to give up.
    """
    remaining, tasks = iter(items), deque[Future[Result]]()
    executor = ThreadPoolExecutor(threads)
    try:
        while True:
            ahead = islice(remaining, MAX_ITEMS_PER_THREAD * threads - len(tasks))
            tasks.extend(executor.submit(function, item) for item in ahead)
            if not tasks or not _is_done(tasks[0], should_stop):
                return
            yield tasks.popleft().result()
    finally:
        before_end()
        executor.shutdown(cancel_futures=True)


def _is_done(task: Future[Result], should_stop: Callable[[], bool]) -> bool:
    """Wait until a task is done; return false if the work is to stop before."""
    while not should_stop():
        if wait([task], STOP_CHECK_SECONDS).done:
            return True
    return False
