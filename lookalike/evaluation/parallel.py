"""Runs a function on many items in several processes, and shows the progress.

On a terminal the progress is a bar; elsewhere, as in a log, it is a line every half a minute.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lookalike.terminal import errors

Item = TypeVar("Item")
Result = TypeVar("Result")
CHUNK = 4
"""Items that a process takes at once, at most: so little is lost when a run is stopped."""
SECONDS_BETWEEN_LINES = 30.0


def results(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    what: str,
    prepared_by: Callable[..., None] | None = None,
    *arguments: Any,  # noqa: ANN401 - whatever ``prepared_by`` takes
) -> Iterator[Result]:
    """The results of a function for each item, in the order of the items.

    Args:
        function: a function of a module, which processes find by its name.
        items: arguments of the function.
        workers: number of processes; with 1, everything runs in this process.
        what: label of the progress bar.
        prepared_by: called once in each process before its first item.
        arguments: of ``prepared_by``.
    """
    if not items:
        return
    if workers == 1:
        found = _in_this_process(function, items, prepared_by, arguments)
    else:
        found = _in_processes(function, items, workers, prepared_by, arguments)
    watched = _with_bar if errors.is_terminal else _with_lines
    yield from watched(found, len(items), what)


def _with_bar(found: Iterator[Result], total: int, what: str) -> Iterator[Result]:
    with _bar() as bar:
        task = bar.add_task(what, total=total)
        for result in found:
            bar.advance(task)
            yield result


def _with_lines(found: Iterator[Result], total: int, what: str) -> Iterator[Result]:
    began = printed = time.monotonic()
    for done, result in enumerate(found, 1):
        now = time.monotonic()
        if now - printed >= SECONDS_BETWEEN_LINES:
            printed, rate = now, done / (now - began)
            left = round((total - done) / rate)
            errors.print(f"{what}: {done} of {total}, {rate:.1f}/s, {left} s left")
        yield result


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
    )


def _in_this_process(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    prepared_by: Callable[..., None] | None,
    arguments: tuple[Any, ...],
) -> Iterator[Result]:
    if prepared_by:
        prepared_by(*arguments)
    return map(function, items)


def _in_processes(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    prepared_by: Callable[..., None] | None,
    arguments: tuple[Any, ...],
) -> Iterator[Result]:
    """Spawned, not forked: threads of numerical libraries do not survive a fork."""
    pool = ProcessPoolExecutor(
        min(workers, len(items)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_process,
        initargs=(prepared_by, arguments),
    )
    try:
        chunk = max(1, min(CHUNK, len(items) // (CHUNK * workers)))
        yield from pool.map(function, items, chunksize=chunk)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_process(prepared_by: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepared_by:
        prepared_by(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
