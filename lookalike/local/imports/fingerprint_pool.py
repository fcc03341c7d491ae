"""Fingerprints of many pictures on all cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from lookalike.errors import ImageCorruptError
from lookalike.images.fetching.fetcher import ImageFetcher

if TYPE_CHECKING:
    from lookalike.local.imports.fingerprint_worker import Outcome

FetcherFactory = Callable[[], ImageFetcher]
"""Makes the fetcher of a worker process; can be pickled."""


class FingerprintPool:
    """Worker processes, started at the first task.

    They are spawned, not forked: threads and open databases do not survive a fork. They end at
    once when the pool is closed, whatever they wait for, and with the process that made them, even
    if that is killed.

    Args:
        fetcher: makes what gets the pictures.
        processes: how many workers there are; as many as cores unless told.
    """

    def __init__(self, fetcher: FetcherFactory, processes: int | None = None) -> None:
        self._fetcher = fetcher
        self._processes = processes or os.cpu_count() or 1
        self._executor: ProcessPoolExecutor | None = None
        self._lifeline: Connection | None = None

    @property
    def processes(self) -> int:
        """How many workers there are."""
        return self._processes

    def submit(self, addresses: Sequence[str]) -> Future[list[Outcome]]:
        """The fingerprint behind each address, or why there is none."""
        try:
            with _holding_ctrl_c():
                return self._running().submit(_fingerprint_all, list(addresses))
        except BrokenProcessPool as error:
            broken: Future[list[Outcome]] = Future()
            broken.set_exception(error)
            return broken

    def _running(self) -> ProcessPoolExecutor:
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            ends, self._lifeline = context.Pipe(duplex=False)
            self._executor = ProcessPoolExecutor(
                self._processes,
                mp_context=context,
                initializer=_start_worker,
                initargs=(self._fetcher, ends),
            )
        return self._executor

    def result(self, task: Future[list[Outcome]], addresses: Sequence[str]) -> list[Outcome]:
        """What a task found. Where a picture killed its worker, the others are done again."""
        try:
            return task.result()
        except BrokenProcessPool:
            # All tasks under way end so; mostly the picture that did it was in another one.
            return self._again(addresses) or [self._alone(address) for address in addresses]

    def _alone(self, address: str) -> Outcome:
        [outcome] = self._again([address]) or [ImageCorruptError(_KILLER)]
        return outcome

    def _again(self, addresses: Sequence[str]) -> list[Outcome]:
        """The outcomes with no other task under way; none where it ends its worker."""
        try:
            return self.submit(addresses).result()
        except BrokenProcessPool:
            self.close()
        try:
            return self.submit(addresses).result()
        except BrokenProcessPool:
            self.close()
            return []

    def close(self) -> None:
        """End the workers; a later task starts new ones."""
        if self._executor is not None and self._lifeline is not None:
            self._lifeline.close()
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


@contextmanager
def _holding_ctrl_c() -> Iterator[None]:
    """A process that starts is started wholly, and inherits that Ctrl-C is the parent's.

    The mask is what is inherited. Another thread may still take the signal, and Python would raise
    it in the main one: there, it is kept for the end of the block.
    """
    resource_tracker.ensure_running()  # would else be started within, and let Ctrl-C through
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    kept: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    handler = is_main and signal.signal(signal.SIGINT, lambda number, _: kept.append(number))
    try:
        yield
    finally:
        if is_main:
            signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number in kept:
            signal.raise_signal(number)


_KILLER = "Decoding the picture ends the decoder. Save it anew."


def _start_worker(fetcher: FetcherFactory, lifeline: Connection) -> None:
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    # Only workers need what computes fingerprints; it takes long to import.
    from lookalike.local.imports import fingerprint_worker  # noqa: PLC0415 - as said

    fingerprint_worker.start(fetcher())


def _end_with(lifeline: Connection) -> None:
    """End when the other end is closed, by will or by death: a worker keeps nothing."""
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)


def _fingerprint_all(addresses: list[str]) -> list[Outcome]:
    from lookalike.local.imports import fingerprint_worker  # noqa: PLC0415 - as above

    return fingerprint_worker.fingerprint_all(addresses)
