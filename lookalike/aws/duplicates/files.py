"""The files of searches for duplicates in S3: batches that are left, what was compared, groups.

What was compared is kept beyond the search, by recipe: a picture that one of these files names is
not compared again by the next one. So a search that has failed or was stopped is gone on with by
the one after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from lookalike.aws.objects import BatchName, Objects
from lookalike.duplicates.decided_pairs import in_batches
from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.storage.duplicates import PictureLink

FOLDER = "duplicates/"
BATCHES = f"{FOLDER}batches/"
COMPARED = f"{FOLDER}compared/"
GROUPS = f"{FOLDER}groups/"
RESULTS = f"{FOLDER}results/"
"""What Step Functions writes about each batch."""
GROUPS_A_PAGE = 100
"""Groups in one object."""
_AT_ONCE = 8
"""Objects that are read or written at the same time."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a batch.

    Attributes:
        pictures: that were compared with all others, by fingerprint id.
        links: that were found.
    """

    pictures: Sequence[str]
    links: Sequence[PictureLink]


_TASKS = TypeAdapter(list[PictureTask])
_COMPARED = TypeAdapter(Compared)
_GROUPS = TypeAdapter(list[dict[str, Any]])


class DuplicateFiles:
    """The objects of searches for duplicates.

    Args:
        objects: of the bucket of imports.
        recipe: of the links that count.
    """

    def __init__(self, objects: Objects, recipe: str) -> None:
        self._objects = objects
        self._folder = f"{COMPARED}{sha256(recipe.encode()).hexdigest()[:16]}/"

    def add_batches(
        self, run_id: str, tasks: Iterable[PictureTask], size: int, first: int
    ) -> Iterator[int]:
        """Write tasks as batches; yields the number of tasks of each when it is written.

        Args:
            run_id: of the search.
            tasks: what is to be compared.
            size: tasks in a batch.
            first: number of the first batch.
        """

        def write(batch: tuple[int, list[PictureTask]]) -> int:
            number, some = batch
            key = BatchName(run_id, number, len(some)).key(BATCHES)
            self._objects.put(key, _TASKS.dump_json(some))
            return len(some)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for some in in_batches(enumerate(in_batches(tasks, size), first), _AT_ONCE):
                yield from pool.map(write, some)

    def batches(self, run_id: str) -> Iterator[BatchName]:
        """The batches of a search that are left."""
        return self._objects.batches(f"{BATCHES}{run_id}/")

    def tasks(self, batch: BatchName) -> list[PictureTask] | None:
        """The tasks of a batch; ``None`` if it is not there any more."""
        found = self._objects.get(batch.key(BATCHES))
        return None if found is None else _TASKS.validate_json(found)

    def settle(self, batch: BatchName, compared: Compared) -> None:
        """Keep what came of a batch. Twice is the same as once."""
        self._objects.put(batch.key(self._folder), _COMPARED.dump_json(compared))

    def remove(self, batch: BatchName) -> None:
        """Remove a batch, if it is there."""
        self._objects.remove(batch.key(BATCHES))

    def compared(self) -> Iterator[Compared]:
        """What came of the batches of all searches of the recipe."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for some in in_batches(self._objects.batches(self._folder), _AT_ONCE):
                yield from pool.map(self._read, some)

    def _read(self, batch: BatchName) -> Compared:
        found = self._objects.get(batch.key(self._folder))
        return Compared((), ()) if found is None else _COMPARED.validate_json(found)

    def put_groups(self, run_id: str, page: int, groups: Sequence[Mapping[str, Any]]) -> None:
        """Write a page of groups; the first page has number 0."""
        self._objects.put(_page_key(run_id, page), _GROUPS.dump_json(list(map(dict, groups))))

    def groups(self, run_id: str, page: int) -> list[dict[str, Any]]:
        """The groups of a page; none behind the last one."""
        found = self._objects.get(_page_key(run_id, page))
        return [] if found is None else _GROUPS.validate_json(found)


def _page_key(run_id: str, page: int) -> str:
    return f"{GROUPS}{run_id}/{page:08d}.json"
