"""Links between pictures, and the runs that find them, in dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from typing_extensions import override

from lookalike.errors import UnknownDuplicateRunError
from lookalike.storage.duplicates import DuplicateRun, DuplicateStore, PictureLink, PictureToCompare
from lookalike.storage.memory.journal import Journal
from lookalike.storage.run_state import RunState

Marks = dict[str, tuple[str, int]]
Links = dict[frozenset[str], tuple[str, frozenset[int], PictureLink]]


class MemoryDuplicates(DuplicateStore):
    """Runs, marks and links in dictionaries.

    Args:
        journal: of the storage.
        positions: the searchable pictures by fingerprint id, with their places in the order of
            registration. A picture that was removed and comes back has another place.
        showing: the number of products that show each picture.
    """

    def __init__(
        self,
        journal: Journal,
        positions: Callable[[], Mapping[str, int]],
        showing: Callable[[], Mapping[str, int]],
    ) -> None:
        self._journal = journal
        self._positions = positions
        self._showing = showing
        self._runs: dict[str, DuplicateRun] = {}
        self._groups: dict[str, dict[int, Mapping[str, Any]]] = {}
        self._marks: Marks = {}
        self._links: Links = {}

    @override
    def put(self, run: DuplicateRun) -> None:
        self._change(self._runs, run.run_id, run)

    @override
    def get(self, run_id: str) -> DuplicateRun:
        if run_id not in self._runs:
            raise UnknownDuplicateRunError(f"There is no run {run_id!r} of duplicates.")
        return self._runs[run_id]

    @override
    def running(self) -> list[DuplicateRun]:
        runs = [run for run in self._runs.values() if run.state is RunState.RUNNING]
        return sorted(runs, key=lambda run: (run.created_at, run.run_id))

    @override
    def sweep(self, finished_before: float) -> int:
        ends = {key: run.finished_at for key, run in self._runs.items()}
        doomed = [key for key, end in ends.items() if end is not None and end < finished_before]
        for key in doomed:
            self._change(self._runs, key, None)
            self._change(self._groups, key, None)
        return len(doomed)

    @override
    def uncompared(self, recipe: str, after: int = -1, limit: int = 100) -> list[PictureToCompare]:
        with self._journal.transaction():
            shown = self._showing()
            left = [
                PictureToCompare(position, key)
                for key, position in self._positions().items()
                if position > after and key in shown and self._marks.get(key) != (recipe, position)
            ]
        return sorted(left, key=lambda each: each.position)[:limit]

    @override
    def count_uncompared(self, recipe: str) -> int:
        return len(self.uncompared(recipe, limit=len(self._positions())))

    @override
    def add_compared(
        self, recipe: str, fingerprint_ids: Iterable[str], links: Sequence[PictureLink]
    ) -> None:
        with self._journal.transaction():
            positions = self._positions()
            for key in filter(positions.__contains__, fingerprint_ids):
                self._change(self._marks, key, (recipe, positions[key]))
            for link in links:
                self._add(recipe, link, positions)

    def _add(self, recipe: str, link: PictureLink, positions: Mapping[str, int]) -> None:
        ends = frozenset((link.a, link.b))
        if ends <= positions.keys():
            places = frozenset(positions[end] for end in ends)
            old = self._links.get(ends)
            is_same = old is not None and old[:2] == (recipe, places)
            if old is None or not is_same or old[2].probability < link.probability:
                self._change(self._links, ends, (recipe, places, link))

    @override
    def links(self, recipe: str, least: float) -> Iterator[PictureLink]:
        shown = self._showing()
        for ends, link in sorted(self._valid(recipe), key=lambda pair: sorted(pair[0])):
            if link.probability >= least and ends <= shown.keys():
                yield link

    def _valid(self, recipe: str) -> list[tuple[frozenset[str], PictureLink]]:
        """The links between pictures that were not removed since."""
        with self._journal.transaction():
            now = self._positions()
            return [
                (ends, link)
                for ends, (of, places, link) in self._links.items()
                if of == recipe and places == {now.get(end) for end in ends}
            ]

    @override
    def positions(self, fingerprint_ids: Iterable[str]) -> dict[str, int]:
        now = self._positions()
        return {key: now[key] for key in fingerprint_ids if key in now}

    @override
    def put_groups(self, run_id: str, first: int, groups: Sequence[Mapping[str, Any]]) -> None:
        kept = self._groups.get(run_id, {}) | dict(enumerate(groups, first))
        self._change(self._groups, run_id, kept)

    @override
    def groups(self, run_id: str, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        self.get(run_id)
        kept = self._groups.get(run_id, {})
        numbers = sorted(number for number in kept if number > after)
        return [kept[number] for number in numbers[:limit]]

    @override
    def shown_by_several(self) -> Iterator[str]:
        return iter(sorted(key for key, count in self._showing().items() if count > 1))

    def _change(self, values: dict[Any, Any], key: object, value: object | None) -> None:
        """Set or remove an entry, so that a failed transaction undoes it."""
        with self._journal.transaction():
            old = values.pop(key, None)
            if value is not None:
                values[key] = value
            self._journal.record(partial(self._change, values, key, old))
