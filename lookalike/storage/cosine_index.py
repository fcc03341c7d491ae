"""Nearest embeddings by cosine, held in memory in segments.

The newest vectors are kept as they are; whenever there are enough of them, they become a segment: a
flat faiss index with the quantisation of choice, which never changes again. So a search never waits
for an update, and filters and removals are one mask.

A large segment is searched in two steps. The signs of all vectors, a bit for each number, are
compared first; those with the nearest signs are then compared with their numbers. Where a filter
leaves few vectors, and among the newest, all are compared with their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.storage.binary_index import GrowingArray
from lookalike.storage.embeddings import EmbeddingSpace, Likeness, Quantisation, Vector, Vectors

SEGMENT_ROWS = 32_768
SHORTLIST = 512
"""Vectors of a segment, at least, whose numbers are compared."""
SHORTLIST_PER_HIT = 4
"""So many for each of the nearest that are asked for, where that is more."""
_WORD = 8
"""Bytes; signs are compared in words."""
_KINDS = {
    Quantisation.FLOAT32: "Flat",
    Quantisation.FLOAT16: "SQfp16",
    Quantisation.INT8: "SQ8",
}
"""As ``faiss.index_factory`` takes them."""

Mask = NDArray[np.bool_]
Keys = NDArray[np.int64]
Found = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Cosines and rows; -1 in place of a row that does not exist."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Vectors that never change.

    Attributes:
        index: flat, by inner product, quantised.
        mean: of the vectors: numbers above it have the sign 1.
        signs: of the vectors, shape (rows, bytes), a whole number of words each.
    """

    index: faiss.Index
    mean: Vector
    signs: NDArray[np.uint8]

    @classmethod
    def of(cls, vectors: Vectors, quantisation: Quantisation) -> Segment:
        """Build a segment of these vectors, shape (rows, dimension)."""
        faiss.omp_set_num_threads(1)
        kind = _KINDS[quantisation]
        index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        mean: Vector = vectors.mean(axis=0)
        return cls(index, mean, _signs(vectors - mean))

    def nearest(self, query: Vector, limit: int, wanted: Mask) -> Found:
        """The nearest of the wanted vectors."""
        faiss.omp_set_num_threads(1)  # many searches run at once
        count = max(SHORTLIST, SHORTLIST_PER_HIT * limit)
        if np.count_nonzero(wanted) > 2 * count:
            wanted = self._shortlist(query, count, wanted)
        bits = np.packbits(wanted, bitorder="little")
        parameters = faiss.SearchParameters()
        parameters.sel = selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        cosines, places = self.index.search(query[None], limit, params=parameters)
        del selector  # faiss keeps a bare pointer to it
        return cosines[0], places[0]

    def _shortlist(self, query: Vector, count: int, wanted: Mask) -> Mask:
        """The wanted vectors with the nearest signs."""
        rows = np.flatnonzero(wanted)
        signs = self.signs if len(rows) == len(wanted) else self.signs.take(rows, axis=0)
        own = _signs((query - self.mean)[None])
        _, places = faiss.knn_hamming(own, signs, count, variant="mc")
        chosen = np.zeros(len(wanted), np.bool_)
        chosen[rows[np.asarray(places[0], np.int64)]] = True
        return chosen


@dataclass(frozen=True, slots=True)
class CosineSnapshot:
    """The searchable embeddings at one moment; it never changes.

    Attributes:
        segments: of ``segment_rows`` vectors each, in order.
        rest: the vectors behind them, shape (rows, dimension).
        keys: of all vectors, rising.
        ids: fingerprint ids of all vectors.
        living: which vectors count.
        segment_rows: vectors of a segment.
    """

    segments: tuple[Segment, ...]
    rest: Vectors
    keys: Keys
    ids: Sequence[str]
    living: Mask
    segment_rows: int

    @property
    def count(self) -> int:
        """The number of searchable embeddings."""
        return int(np.count_nonzero(self.living))

    def nearest(self, query: Vector, limit: int, among: Keys | None = None) -> list[Likeness]:
        """The ``limit`` nearest, of all or of those with these keys; equal cosines by id."""
        mask = self.living if among is None else self.living & self._mask_of(among)
        parts = [self._in_segment(number, query, limit, mask) for number in range(len(self.parts))]
        cosines = np.concatenate([cosines for cosines, _ in parts] or [np.empty(0, np.float32)])
        rows = np.concatenate([rows for _, rows in parts] or [np.empty(0, np.int64)])
        found = [
            Likeness(self.ids[row], float(cosine))
            for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True)
        ]
        return sorted(found, key=lambda each: (-each.cosine, each.fingerprint_id))[:limit]

    @property
    def parts(self) -> tuple[Segment | Vectors, ...]:
        """The segments, and the rest where there is one."""
        return (*self.segments, self.rest) if len(self.rest) else self.segments

    def _mask_of(self, keys: Keys) -> Mask:
        """Which vectors have one of these keys. A table is ten times as fast as looking them up."""
        if not len(self.keys):
            return np.zeros(0, np.bool_)
        first, last = self.keys[0], self.keys[-1]
        asked = np.zeros(last - first + 1, np.bool_)
        asked[keys[(keys >= first) & (keys <= last)] - first] = True
        mask: Mask = asked[self.keys - first]
        return mask

    def _in_segment(self, number: int, query: Vector, limit: int, mask: Mask) -> Found:
        start = number * self.segment_rows
        part = self.parts[number]
        rows = len(part) if isinstance(part, np.ndarray) else self.segment_rows
        wanted = mask[start : start + rows]
        if not wanted.any():
            return np.empty(0, np.float32), np.empty(0, np.int64)
        if isinstance(part, np.ndarray):
            cosines, places = _exact(part, query, min(limit, rows), wanted)
        else:
            cosines, places = part.nearest(query, min(limit, rows), wanted)
        return cosines[places >= 0], places[places >= 0] + start


class CosineIndex:
    """Embeddings of one space. One thread at a time changes it; any may search its snapshots.

    Args:
        space: dimension and quantisation.
        segment_rows: vectors of a segment.
    """

    def __init__(self, space: EmbeddingSpace, segment_rows: int = SEGMENT_ROWS) -> None:
        self.space = space
        self._segment_rows = segment_rows
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._segments: tuple[Segment, ...] = ()
        self._rest = GrowingArray(np.empty((0, self.space.dimension), np.float32))
        self._keys = GrowingArray(np.empty(0, np.int64))
        self._ids: list[str] = []
        self._living = np.empty(0, np.bool_)

    @property
    def snapshot(self) -> CosineSnapshot:
        """What is searchable now."""
        return CosineSnapshot(
            self._segments,
            self._rest.view,
            self._keys.view,
            self._ids,
            self._living,
            self._segment_rows,
        )

    @property
    def is_worn(self) -> bool:
        """Whether so many vectors were removed that it should be filled anew."""
        dead = len(self._living) - np.count_nonzero(self._living)
        return bool(dead > max(self._segment_rows, len(self._living) // 2))

    def append(self, keys: Sequence[int], ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors; their keys are higher than all before."""
        self._keys.extend(np.asarray(keys, np.int64))
        self._ids.extend(ids)
        self._living = np.concatenate([self._living, np.ones(len(ids), np.bool_)])
        self._rest.extend(vectors)
        while len(self._rest.view) >= self._segment_rows:
            self._close_segment()

    def remove(self, keys: Iterable[int]) -> None:
        """Remove the vectors with these keys; unknown ones are ignored."""
        gone = np.isin(self._keys.view, np.fromiter(keys, np.int64))
        self._living = self._living & ~gone

    def _close_segment(self) -> None:
        vectors = self._rest.view
        segment = Segment.of(vectors[: self._segment_rows], self.space.quantisation)
        self._segments = (*self._segments, segment)
        self._rest = GrowingArray(vectors[self._segment_rows :].copy())


def _exact(vectors: Vectors, query: Vector, limit: int, wanted: Mask) -> Found:
    cosines = vectors @ query
    cosines[~wanted] = -np.inf
    places = np.argpartition(-cosines, limit - 1)[:limit]
    return cosines[places], np.where(wanted[places], places, -1)


def _signs(numbers: Vectors) -> NDArray[np.uint8]:
    """The signs of rows of numbers, packed, padded to whole words."""
    bits = np.packbits(numbers > 0, axis=1)
    return np.pad(bits, ((0, 0), (0, -bits.shape[1] % _WORD)))
