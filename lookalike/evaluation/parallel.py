"""Work on all cores, one item after the other, and how far it is.

On a terminal that is a bar; elsewhere, as in a log, a line every half a minute.
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
"""Items that a process takes at once: few, so that little is lost where work is stopped."""
SECONDS_BETWEEN_LINES = 30.0


def results(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    what: str,
    prepared_by: Callable[..., None] | None = None,
    *arguments: Any,  # noqa: ANN401 - whatever ``prepared_by`` takes
) -> Iterator[Result]:
    """What a function makes of each item, in their order.

    Args:
        function: of a module, since processes find it by its name.
        items: what is worked on.
        workers: processes; with 1, everything happens in this one.
        what: said beside the bar.
        prepared_by: called once in each process, before its first item.
        arguments: of ``prepared_by``.
    """
    if not items:
        return
    if workers == 1:
        found = _here(function, items, prepared_by, arguments)
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
    began = said = time.monotonic()
    for done, result in enumerate(found, 1):
        now = time.monotonic()
        if now - said >= SECONDS_BETWEEN_LINES:
            said, rate = now, done / (now - began)
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


def _here(
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
        initializer=_begin,
        initargs=(prepared_by, arguments),
    )
    try:
        yield from pool.map(function, items, chunksize=CHUNK)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(prepared_by: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepared_by:
        prepared_by(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
