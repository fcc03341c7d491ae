"""One worker process of the fingerprint pool, and the thread that gives it tasks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import CancelledError, Future
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING

from lookalike.errors import ImageCorruptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from queue import SimpleQueue

    from lookalike.images.fetching.fetcher import ImageFetcher
    from lookalike.local.imports.fingerprint_worker import Outcome

    Tasks = SimpleQueue[tuple[Future[list[Outcome]], list[str]] | None]

_CRASHES_DECODER = "Decoding the picture ends the decoder. Save it anew."


class WorkerProcess:
    """Takes tasks until it finds ``None`` among them. A process that dies is replaced.

    Processes are spawned, not forked: threads and open databases do not survive a fork.

    Args:
        fetcher: builds what gets the pictures, in the process.
        tasks: futures and the addresses that they are about; shared by all workers.
    """

    def __init__(self, fetcher: Callable[[], ImageFetcher], tasks: Tasks) -> None:
        self._fetcher = fetcher
        self._tasks = tasks
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._is_ended = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End the process at once; its task fails."""
        with self._lock:
            self._is_ended = True
            if self._process is not None:
                self._process.kill()

    def join(self) -> None:
        """Return when the process has ended and no task is waited for."""
        self._thread.join()

    def _run(self) -> None:
        _keep_ctrl_c_from_children()
        while (item := self._tasks.get()) is not None:
            task, addresses = item
            if task.set_running_or_notify_cancel():
                try:
                    task.set_result(self._outcomes(addresses))
                except BaseException as error:  # noqa: BLE001 - whoever waits for the task sees it
                    task.set_exception(error)
        self._discard()

    def _outcomes(self, addresses: list[str]) -> list[Outcome]:
        """Compute the outcome of each picture; if the process dies, ask for each one alone."""
        return self._ask(addresses) or [self._alone(address) for address in addresses]

    def _alone(self, address: str) -> Outcome:
        """Compute the outcome of one picture, at the second try if the first ends the process.

        The system may have ended it for want of memory. A picture that ends it twice is refused.
        """
        [outcome] = (
            self._ask([address]) or self._ask([address]) or [ImageCorruptError(_CRASHES_DECODER)]
        )
        return outcome

    def _ask(self, addresses: list[str]) -> list[Outcome]:
        """Return the answer of the process, or an empty list if it dies meanwhile."""
        try:
            answer = self._exchange(addresses)
        except (EOFError, ConnectionError):
            self._discard()
            if self._is_ended:
                raise CancelledError from None
            return []
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _exchange(self, addresses: list[str]) -> list[Outcome] | Exception:
        pipe = self._connection or self._start()
        try:
            pipe.send(addresses)
            answer: list[Outcome] | Exception = pipe.recv()
        except OSError as error:
            raise EOFError from error  # also in the middle of an answer
        return answer

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        with self._lock, theirs:  # only the process keeps its end, so that its death is noticed
            if self._is_ended:
                raise CancelledError
            self._process = context.Process(
                target=_work, args=(self._fetcher, theirs), name="fingerprints", daemon=True
            )
            self._process.start()
        self._connection = ours
        return ours

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _keep_ctrl_c_from_children() -> None:
    """Block SIGINT in this thread, whose mask processes inherit that it starts.

    A terminal sends Ctrl-C to all processes of a command; the one that started them decides.
    """
    resource_tracker.ensure_running()  # unblocks SIGINT, and would else be started with a process
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _work(fetcher: Callable[[], ImageFetcher], tasks: Connection) -> None:
    """Answer tasks until the parent ends; this is the main function of the process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from lookalike.local.imports import fingerprint_worker  # noqa: PLC0415 - slow

    fingerprint_worker.answer_tasks(fetcher, tasks)


def _end_with_parent() -> None:
    """End when the parent does, even if it was killed."""
    if (parent := multiprocessing.parent_process()) is not None:
        connection.wait([parent.sentinel])
    os._exit(1)
