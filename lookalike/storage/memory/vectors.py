"""Vectors in packed arrays, searched with numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import count

from typing_extensions import override

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.binary_index import BinaryIndex
from lookalike.storage.interfaces import Neighbour, VectorIndex
from lookalike.storage.memory.journal import Journal
from lookalike.storage.numpy_search import numpy_knn
from lookalike.storage.refusals import FIELD_BYTES, require_field_lengths, require_unicode


class MemoryVectors(VectorIndex):
    """Vectors in packed arrays, searched with numpy."""

    def __init__(self, journal: Journal, version: str) -> None:
        self._journal = journal
        self._version = version
        self._index = BinaryIndex()
        self._entries: dict[str, tuple[int, VectorEntry]] = {}
        self._keys = count()

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        for entry in entries:
            require_unicode([entry.fingerprint_id])
            require_field_lengths(entry.hashes)
        with self._journal.transaction():
            new = {
                entry.fingerprint_id: entry
                for entry in entries
                if entry.version == self._version and entry.fingerprint_id not in self._entries
            }
            self._append(list(new.values()))

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        ids = set(fingerprint_ids)
        require_unicode(ids)
        with self._journal.transaction():
            self._remove(list(ids & self._entries.keys()))

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        return self._index.snapshot.nearest(queries, limit, numpy_knn)

    @override
    def count(self) -> int:
        return self._index.snapshot.count

    @property
    def ids(self) -> set[str]:
        """The searchable fingerprint ids."""
        return set(self._entries)

    @property
    def positions(self) -> dict[str, int]:
        """The places of the searchable pictures in the order of their registration."""
        return {fingerprint_id: key for fingerprint_id, (key, _) in self._entries.items()}

    def _append(self, entries: Sequence[VectorEntry]) -> None:
        keys = [next(self._keys) for _ in entries]
        ids = [entry.fingerprint_id for entry in entries]
        columns = {field: [entry.hashes.get(field) for entry in entries] for field in FIELD_BYTES}
        self._index.append(keys, ids, columns)
        self._entries.update(zip(ids, zip(keys, entries, strict=True), strict=True))
        self._journal.record(partial(self._remove, ids))

    def _remove(self, fingerprint_ids: Sequence[str]) -> None:
        gone = [self._entries.pop(fingerprint_id) for fingerprint_id in fingerprint_ids]
        self._index.remove([key for key, _ in gone])
        self._journal.record(partial(self._append, [entry for _, entry in gone]))
