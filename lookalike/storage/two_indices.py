"""Two indices side by side, while a deployment moves from one to the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from typing_extensions import override

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.synced_index import ChangeOutcome, IndexChange, SyncedIndex, worse


class TwoIndices(SyncedIndex):
    """Changes go to both; the first answers checks.

    A reconciliation adds what is missing in either, and so fills an index that begins empty, and
    removes what either has of pictures that are not stored.

    Args:
        first: answers checks.
        second: is kept in step.
    """

    def __init__(self, first: SyncedIndex, second: SyncedIndex) -> None:
        self._first = first
        self._second = second

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        self._first.add(entries)
        self._second.add(entries)

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        ids = list(fingerprint_ids)
        self._first.remove(ids)
        self._second.remove(ids)

    @override
    def bulk(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        both = zip(self._first.bulk(changes), self._second.bulk(changes), strict=True)
        return [worse(one, other) for one, other in both]

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        return self._first.nearest(queries, limit)

    @override
    def count(self) -> int:
        """The larger number, so that a reconciliation looks for what only one of them has."""
        return max(self._first.count(), self._second.count())

    @override
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        """Those of either."""
        both = {key for part in self.parts for key in part.ids(after, limit, until)}
        return sorted(both)[:limit]

    @property
    @override
    def parts(self) -> Sequence[SyncedIndex]:
        return [self._first, self._second]

    @override
    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Those that both have: what either lacks is missing."""
        return self._first.present(fingerprint_ids) & self._second.present(fingerprint_ids)

    @override
    def present_anywhere(self, fingerprint_ids: Collection[str]) -> set[str]:
        return self._first.present(fingerprint_ids) | self._second.present(fingerprint_ids)
