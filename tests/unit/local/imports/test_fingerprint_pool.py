"""Worker processes: what they compute, and what happens when they die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.preparation import prepare
from lookalike.imports.picture_request import Outcome, PictureRequest, ReadPicture
from lookalike.local.imports.fingerprint_pool import FingerprintPool, _crashed, _fingerprinting
from lookalike.local.workers.worker_process import WorkerProcess

if TYPE_CHECKING:
    from lookalike.local.workers.worker_process import Tasks

PHOTOS = Path(__file__).parents[4] / "sample" / "photos"
HOURS = 10_000


class Deadly(ImageFetcher):
    """Photographs of the sample, and addresses that are the death of whoever fetches them."""

    def fetch(self, address: str) -> bytes:
        if address == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if address == "hang":
            time.sleep(HOURS)
        return (PHOTOS / address).read_bytes()


def no_fetcher() -> ImageFetcher:
    raise SettingInvalidError("Pictures come from nowhere.")


@pytest.fixture
def pool() -> Iterator[FingerprintPool]:
    with closing(FingerprintPool(Deadly, processes=2)) as pool:
        yield pool


def kinds(outcomes: list[Outcome]) -> list[str]:
    """The code of each failure, and nothing for a fingerprint."""
    return ["" if isinstance(item, ReadPicture) else item.code for item in outcomes]


def names(first: int, count: int) -> list[PictureRequest]:
    """Requests of some photographs."""
    paths = sorted(PHOTOS.glob("*.jpg"))[first : first + count]
    return [PictureRequest(path.name) for path in paths]


@pytest.mark.slow
def test_should_compute_what_this_process_computes(
    pool: FingerprintPool, fingerprinter: PictureFingerprinter
) -> None:
    addresses = names(0, 3)
    outcomes = pool.submit(addresses).result()
    assert outcomes == [
        ReadPicture(fingerprinter.fingerprint(prepare((PHOTOS / each.address).read_bytes())))
        for each in addresses
    ]


@pytest.mark.slow
def test_a_picture_that_kills_its_worker_should_cost_its_own_row_only(
    pool: FingerprintPool,
) -> None:
    """Also the tasks that other workers had at that time are done."""
    tasks = [names(3 * number, 3) for number in range(5)]
    tasks[1] = [*tasks[1][:2], PictureRequest("kill")]
    futures = [pool.submit(task) for task in tasks]
    found = [kinds(future.result()) for future in futures]
    assert found == [["", "", ""], ["", "", "image_corrupt"], *[["", "", ""]] * 3]


@pytest.mark.slow
def test_should_do_a_task_again_whose_answer_breaks_off() -> None:
    """A worker that is killed while it writes must not keep anybody waiting for the rest."""
    tasks: Tasks[PictureRequest, Outcome] = SimpleQueue()
    worker = WorkerProcess(partial(_fingerprinting, Deadly, None), _crashed, tasks)
    worker._connection, theirs = multiprocessing.Pipe()
    with closing(theirs), socket.socket(fileno=os.dup(theirs.fileno())) as side:
        side.sendall(struct.pack("!i", 1_000) + b"the first bytes of a thousand")
        side.shutdown(socket.SHUT_WR)
        task: Future[list[Outcome]] = Future()
        tasks.put((names(0, 1), task))
        assert kinds(task.result()) == [""]
    worker.end()
    tasks.put(None)
    worker.join()


@pytest.mark.slow
def test_should_say_why_workers_cannot_work() -> None:
    """The error is raised where the task is waited for, as without a model."""
    with closing(FingerprintPool(no_fetcher, processes=1)) as pool:
        task = pool.submit([PictureRequest("any.jpg")])
        with pytest.raises(SettingInvalidError, match="nowhere"):
            task.result()


@pytest.mark.slow
def test_should_close_at_once_whatever_the_workers_wait_for() -> None:
    pool = FingerprintPool(Deadly, processes=1)
    [first] = names(0, 1)
    pool.submit([first]).result()  # the worker is there
    task = pool.submit([PictureRequest("hang")])
    pool.close()
    assert task.done()
    pool.close()


def test_should_close_without_ever_having_started() -> None:
    FingerprintPool(Deadly).close()
