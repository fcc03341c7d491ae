"""What a reader has in memory: the entries of a snapshot, and the changes after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import merge
from itertools import count, islice

import numpy as np

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.binary_index import BinaryIndex, Integers, KnnSearch
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.refusals import FIELD_BYTES
from lookalike.storage.small.packed import DecodedIds, PackedEntries, is_storable
from lookalike.storage.synced_index import IndexChange, Removal

MAX_UNPACKED = 20_000
"""Changes beside the packed entries until all are packed anew: a search looks through both."""


class LoadedIndex:
    """Entries at one place of the log. One thread at a time may use it.

    Args:
        packed: the entries of a snapshot.
        seq: the last change that is in them.
    """

    def __init__(self, packed: PackedEntries, seq: int) -> None:
        self.seq = seq
        self._hidden = set[int]()
        self._recent = dict[str, tuple[int, VectorEntry]]()
        self._recent_index = BinaryIndex()
        self._keys = count()
        self._pack(packed)

    def apply(self, changes: Iterable[IndexChange], seq: int) -> None:
        """Apply changes in their order, of which the last one is ``seq``."""
        last = {change.fingerprint_id: change for change in changes}
        places = self._packed.positions(list(last)).tolist()
        added: list[VectorEntry] = []
        removed: list[str] = []
        for change, place in zip(last.values(), places, strict=True):
            if isinstance(change, Removal):
                self._hide(change.fingerprint_id, place, removed)
            elif place >= 0:
                self._hidden.discard(place)  # a picture never changes: it is the same entry
            elif change.fingerprint_id not in self._recent:
                added.append(change)
        self._change_recent(added, removed)
        self._shown = self._packed.snapshot(self._hidden_places)
        self.seq = seq
        if len(self._hidden) + len(self._recent) > MAX_UNPACKED:
            self._pack(self.packed())

    def nearest(
        self, queries: Mapping[str, HashRows], limit: int, knn: KnnSearch
    ) -> dict[str, list[Neighbour]]:
        """Implement ``VectorIndex.nearest``."""
        old = self._shown.nearest(queries, limit, knn)
        new = self._recent_index.snapshot.nearest(queries, limit, knn)
        return {name: list(islice(_by_distance(old[name], new[name]), limit)) for name in queries}

    def count(self) -> int:
        """The number of entries."""
        return len(self._packed.ids) - len(self._hidden) + len(self._recent)

    def ids(self, after: str, limit: int) -> list[str]:
        """Implement ``SyncedIndex.ids``."""
        first = int(np.searchsorted(self._packed.ids, np.bytes_(after.encode()), side="right"))
        places = range(first, min(first + limit + len(self._hidden), len(self._packed.ids)))
        names = DecodedIds(self._packed.ids)
        old = (names[place] for place in places if place not in self._hidden)
        new = sorted(name for name in self._recent if name > after)
        return list(islice(merge(old, new), limit))

    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Implement ``SyncedIndex.present``."""
        asked = list(filter(is_storable, fingerprint_ids))
        places = self._packed.positions(asked).tolist()
        return {
            name
            for name, place in zip(asked, places, strict=True)
            if name in self._recent or (place >= 0 and place not in self._hidden)
        }

    def packed(self) -> PackedEntries:
        """All entries, packed anew."""
        recent = PackedEntries.of(entry for _, entry in self._recent.values())
        return self._packed.merged(self._hidden_places, recent)

    def _pack(self, packed: PackedEntries) -> None:
        self._packed = packed
        self._hidden.clear()
        self._shown = packed.snapshot(self._hidden_places)
        self._recent.clear()
        self._recent_index.clear()

    def _hide(self, fingerprint_id: str, place: int, removed: list[str]) -> None:
        if place >= 0:
            self._hidden.add(place)
        elif fingerprint_id in self._recent:
            removed.append(fingerprint_id)

    def _change_recent(self, added: Sequence[VectorEntry], removed: Sequence[str]) -> None:
        if removed:
            self._recent_index.remove([self._recent.pop(name)[0] for name in removed])
        if added:
            keys = [next(self._keys) for _ in added]
            names = [entry.fingerprint_id for entry in added]
            columns = {field: [entry.hashes.get(field) for entry in added] for field in FIELD_BYTES}
            self._recent_index.append(keys, names, columns)
            self._recent.update(zip(names, zip(keys, added, strict=True), strict=True))

    @property
    def _hidden_places(self) -> Integers:
        return np.array(sorted(self._hidden), np.int64)


def _by_distance(*found: list[Neighbour]) -> Iterable[Neighbour]:
    return merge(*found, key=lambda near: (near.distance, near.fingerprint_id))
