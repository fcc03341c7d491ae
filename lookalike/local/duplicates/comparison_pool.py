"""Comparisons of stored pictures on all cores, or in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path

from typing_extensions import override

from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.local.data_folder import open_storage
from lookalike.local.workers.pool import WorkerPool
from lookalike.matching.calibration import Calibration
from lookalike.storage.duplicates import PictureLink, StorageWithLinks

ComparisonPool = WorkerPool[PictureTask, list[PictureLink]]
Compare = Callable[[list[PictureTask]], list[list[PictureLink]]]


def comparison_pool(
    folder: Path, calibration: Calibration, processes: int | None = None
) -> ComparisonPool:
    """Worker processes that compare the pictures of a data folder.

    Args:
        folder: the data folder.
        calibration: of the classifier.
        processes: how many workers there are; by default as many as cores.
    """
    return WorkerPool(partial(_comparing, folder, calibration), list, processes)


class ComparisonHere(ComparisonPool):
    """Compares the pictures of a storage that no other process can open, in threads of this one."""

    def __init__(self, storage: StorageWithLinks, calibration: Calibration) -> None:
        super().__init__(partial(_comparing_here, storage, calibration), list)
        self._threads = ThreadPoolExecutor(self.processes, "comparison")

    @cached_property
    def _answer(self) -> Compare:
        return self._build()

    @override
    def submit(self, items: Sequence[PictureTask]) -> Future[list[list[PictureLink]]]:
        return self._threads.submit(self._answer, list(items))

    @override
    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)


def _comparing(folder: Path, calibration: Calibration) -> Compare:
    return _comparing_here(open_storage(folder, read_only=True), calibration)


def _comparing_here(storage: StorageWithLinks, calibration: Calibration) -> Compare:
    from lookalike.duplicates.comparison_worker import ComparisonWorker  # noqa: PLC0415 - slow

    return ComparisonWorker(storage, calibration).compare_all
