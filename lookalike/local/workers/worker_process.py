"""One worker process of a pool, and the thread that gives it tasks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import CancelledError, Future
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

if TYPE_CHECKING:
    Answering = Callable[[list[Item]], list[Outcome]]
    Build = Callable[[], Answering[Item, Outcome]]
    Tasks = SimpleQueue[tuple[list[Item], Future[list[Outcome]]] | None]


class WorkerProcess(Generic[Item, Outcome]):
    """Takes tasks until it finds ``None`` among them. A process that dies is replaced.

    Processes are spawned, not forked: threads and open databases do not survive a fork.

    Args:
        build: builds what answers a task, in the process.
        crashed: the outcome of an item that ends the process twice.
        tasks: futures and the items that they are about; shared by all workers.
    """

    def __init__(
        self,
        build: Build[Item, Outcome],
        crashed: Callable[[], Outcome],
        tasks: Tasks[Item, Outcome],
    ) -> None:
        self._build = build
        self._crashed = crashed
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
            items, task = item
            if task.set_running_or_notify_cancel():
                try:
                    task.set_result(self._outcomes(items))
                except BaseException as error:  # noqa: BLE001 - whoever waits for the task sees it
                    task.set_exception(error)
        self._discard()

    def _outcomes(self, items: list[Item]) -> list[Outcome]:
        """Compute the outcome of each item; if the process dies, ask for each one alone."""
        return self._ask(items) or [self._alone(item) for item in items]

    def _alone(self, item: Item) -> Outcome:
        """Compute the outcome of one item, at the second try if the first ends the process.

        The system may have ended it for want of memory.
        """
        [outcome] = self._ask([item]) or self._ask([item]) or [self._crashed()]
        return outcome

    def _ask(self, items: list[Item]) -> list[Outcome]:
        """Return the answer of the process, or an empty list if it dies meanwhile."""
        try:
            answer = self._exchange(items)
        except (EOFError, ConnectionError):
            self._discard()
            if self._is_ended:
                raise CancelledError from None
            return []
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _exchange(self, items: list[Item]) -> list[Outcome] | Exception:
        pipe = self._connection or self._start()
        try:
            pipe.send(items)
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
                target=_work, args=(self._build, theirs), name="worker", daemon=True
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


def _work(build: Build[Item, Outcome], tasks: Connection) -> None:
    """Answer tasks until the parent ends; this is the main function of the process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer_tasks(build, tasks)


def answer_tasks(build: Build[Item, Outcome], tasks: Connection) -> None:
    """Answer each list of items with their outcomes until the other end is closed.

    What answers is built at the first task. Where that fails, as without a model, the error is the
    answer.

    Args:
        build: builds what answers.
        tasks: where lists of items come from and answers go to.
    """
    answering: Answering[Item, Outcome] | None = None
    while True:
        try:
            items: list[Item] = tasks.recv()
        except EOFError:
            return
        answer: list[Outcome] | Exception
        try:
            answering = answering or build()
            answer = answering(items)
        except Exception as error:  # noqa: BLE001 - the process that asks decides about it
            answer = error
        tasks.send(answer)


def _end_with_parent() -> None:
    """End when the parent does, even if it was killed."""
    if (parent := multiprocessing.parent_process()) is not None:
        connection.wait([parent.sentinel])
    os._exit(1)
