"""Exact nearest pictures by Hamming distance, over binary hashes held in memory.

Each field is one packed array, so that a search is one pass over contiguous bytes. At the sizes of
one machine this beats a graph: it is exact, needs no building, and does not suffer from many
pictures with equal hashes.

Readers use an immutable ``Snapshot``. A writer creates the next one: additions are written behind
the part that earlier snapshots use, removals copy. So a search never waits for an update.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.layout import LAYOUTS, HashLayout, HashRows
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.refusals import FIELD_BYTES, require_queries

Integers = NDArray[np.int64]

KnnSearch = Callable[[HashRows, HashRows, int], tuple[Integers, Integers]]
"""Queries (forms, bytes), codes (rows, bytes) and k <= rows to distances and rows, (forms, k)."""


class GrowingArray:
    """An array that rows are appended to; earlier views of it never change."""

    def __init__(self, empty: NDArray[Any]) -> None:
        self._buffer = empty
        self._length = len(empty)

    @property
    def view(self) -> NDArray[Any]:
        """The rows so far, without a copy."""
        return self._buffer[: self._length]

    def extend(self, values: NDArray[Any]) -> None:
        """Append rows, in amortised constant time each."""
        length = self._length + len(values)
        if length > len(self._buffer):
            shape = (max(length, len(self._buffer) * 3 // 2), *self._buffer.shape[1:])
            grown = np.empty(shape, self._buffer.dtype)
            grown[: self._length] = self.view
            self._buffer = grown
        self._buffer[self._length : length] = values
        self._length = length


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The searchable pictures at one moment; it never changes.

    Attributes:
        count: number of pictures.
        ids: fingerprint ids by position; those at ``count`` and above are not part of it.
        codes: by field, hashes of shape (rows, bytes).
        owners: by field, the position of the picture of each row, shape (rows,).
        hidden: positions of pictures that have rows, but are left out of answers.
    """

    count: int
    ids: Sequence[str]
    codes: Mapping[str, HashRows]
    owners: Mapping[str, Integers]
    hidden: Integers

    def nearest(
        self, queries: Mapping[str, HashRows], limit: int, knn: KnnSearch
    ) -> dict[str, list[Neighbour]]:
        """Implement ``VectorIndex.nearest``."""
        require_queries(queries, limit)
        return {
            name: self._nearest_on(LAYOUTS[name], rows, limit, knn)
            for name, rows in queries.items()
        }

    def _nearest_on(
        self, layout: HashLayout, queries: HashRows, limit: int, knn: KnnSearch
    ) -> list[Neighbour]:
        """The nearest on one algorithm.

        Within one field a picture has one row, so ``limit`` rows are ``limit`` pictures. The best
        of each query row and field together therefore hold the best overall: whatever one of
        them leaves out is beaten, or tied, by ``limit`` other pictures. That stays true without
        the hidden ones, since so many more rows are asked for.
        """
        asked = limit + len(self.hidden)
        found = [self._search(name, queries, asked, knn) for name in layout.fields]
        owners = np.concatenate([owners for owners, _ in found])
        distances = np.concatenate([distances for _, distances in found])
        if len(self.hidden):
            shown = ~np.isin(owners, self.hidden)
            owners, distances = owners[shown], distances[shown]
        by_distance = np.argsort(distances, kind="stable")
        _, first = np.unique(owners[by_distance], return_index=True)
        best = by_distance[np.sort(first)[:limit]]
        neighbours = [
            Neighbour(self.ids[owner], distance)
            for owner, distance in zip(owners[best].tolist(), distances[best].tolist(), strict=True)
        ]
        return sorted(neighbours, key=lambda found: (found.distance, found.fingerprint_id))

    def _search(
        self, field: str, queries: HashRows, limit: int, knn: KnnSearch
    ) -> tuple[Integers, Integers]:
        """Owners and distances, flat, of the best rows of one field for every query row."""
        codes = self.codes[field]
        k = min(limit, len(codes))
        if k == 0 or len(queries) == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        distances, rows = knn(np.ascontiguousarray(queries), codes, k)
        return self.owners[field][rows.ravel()], distances.ravel().astype(np.int64)


class BinaryIndex:
    """Packed hashes by field. One thread at a time may change it; any may take snapshots."""

    def __init__(self) -> None:
        self.clear()

    @property
    def snapshot(self) -> Snapshot:
        """The searchable pictures of now."""
        return self._snapshot

    def clear(self) -> None:
        """Remove everything."""
        self._ids: list[str] = []
        self._keys = GrowingArray(np.empty(0, np.int64))
        self._codes = {
            field: GrowingArray(np.empty((0, width), np.uint8))
            for field, width in FIELD_BYTES.items()
        }
        self._owners = {field: GrowingArray(np.empty(0, np.int64)) for field in FIELD_BYTES}
        self._publish()

    def append(
        self,
        keys: Sequence[int],
        ids: Sequence[str],
        hashes: Mapping[str, Sequence[bytes | None]],
    ) -> None:
        """Add pictures: their keys (ascending, above all before), ids, and hashes by field."""
        for field, values in hashes.items():
            self._append_field(field, values)
        self._ids.extend(ids)
        self._keys.extend(np.array(keys, np.int64))
        self._publish()

    def remove(self, keys: Iterable[int]) -> None:
        """Remove the pictures with these keys; unknown keys are ignored. Copies the rest."""
        keep = ~np.isin(self._keys.view, np.fromiter(keys, np.int64))
        if keep.all():
            return
        position = np.cumsum(keep) - 1
        for field in FIELD_BYTES:
            owners = self._owners[field].view
            kept = keep[owners]
            self._codes[field] = GrowingArray(self._codes[field].view[kept])
            self._owners[field] = GrowingArray(position[owners[kept]])
        self._ids = list(compress(self._ids, keep.tolist()))
        self._keys = GrowingArray(self._keys.view[keep])
        self._publish()

    def _append_field(self, field: str, values: Sequence[bytes | None]) -> None:
        there = [offset for offset, value in enumerate(values) if value is not None]
        packed = b"".join(value for value in values if value is not None)
        codes = np.frombuffer(packed, np.uint8).reshape(len(there), FIELD_BYTES[field])
        self._codes[field].extend(codes)
        self._owners[field].extend(np.array(there, np.int64) + len(self._ids))

    def _publish(self) -> None:
        self._snapshot = Snapshot(
            count=len(self._ids),
            ids=self._ids,
            codes={field: array.view for field, array in self._codes.items()},
            owners={field: array.view for field, array in self._owners.items()},
            hidden=np.empty(0, np.int64),
        )
