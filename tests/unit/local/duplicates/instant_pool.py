"""A pool that knows at once what comparisons would find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from typing_extensions import override

from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.local.duplicates.comparison_pool import Compare, ComparisonPool
from lookalike.storage.duplicates import PictureLink


class InstantPool(ComparisonPool):
    """Finds the links that it is told, and remembers what it was asked.

    Args:
        links: found with the nearest pictures, by the query.
    """

    def __init__(self, links: Mapping[str, Sequence[PictureLink]]) -> None:
        super().__init__(_no_worker, list, processes=1)
        self.links = links
        self.asked: list[PictureTask] = []

    @override
    def submit(self, items: Sequence[PictureTask]) -> Future[list[list[PictureLink]]]:
        self.asked += items
        done: Future[list[list[PictureLink]]] = Future()
        done.set_result([self._found(task) for task in items])
        return done

    def _found(self, task: PictureTask) -> list[PictureLink]:
        if task.others:
            return [PictureLink(task.fingerprint_id, b, 0.01, "similar") for b in task.others]
        return list(self.links.get(task.fingerprint_id, ()))


def _no_worker() -> Compare:
    raise AssertionError("No worker is started.")
