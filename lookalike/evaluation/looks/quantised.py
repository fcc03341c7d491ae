"""Quantised against full: what an index loses by smaller numbers, and what it gains."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.looks.scores import K, scores_of
from lookalike.evaluation.looks.tasks import Task
from lookalike.storage.cosine_index import SEGMENT_ROWS, CosineIndex, CosineSnapshot
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vector, Vectors

QUERIES = 200
"""Pictures that are searched with, spread over the catalogue."""
_BYTES = {Quantisation.FLOAT32: 4, Quantisation.FLOAT16: 2, Quantisation.INT8: 1}
_NUMBERS_TOGETHER = 8
"""Numbers, at least, that product quantisation replaces by one code."""
_MAX_CODE_BITS = 8
_PER_CODE = 4
"""Vectors, at least, that product quantisation is fitted to for each of its codes."""


@dataclass(frozen=True, slots=True)
class QuantisedScores:
    """What one quantisation does.

    Attributes:
        name: of the quantisation.
        bytes: of a picture in memory.
        recall: share of the ten exactly nearest pictures that are among the ten found.
        ndcg: of the task, with the quantised numbers.
        milliseconds: of a search, at the median; compare within one run only.
    """

    name: str
    bytes: int
    recall: float
    ndcg: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class _Quantised:
    """Vectors in one quantisation.

    Attributes:
        name: of the quantisation.
        bytes: of a vector.
        vectors: as they are after it, shape (rows, dimension).
        nearest: the rows of the ``K`` nearest to a vector.
    """

    name: str
    bytes: int
    vectors: Vectors
    nearest: Callable[[Vector], Sequence[int]]


def quantised(fitting: Vectors, vectors: Vectors, task: Task) -> list[QuantisedScores]:
    """Compare the quantisations of an index with each other, with product quantisation and signs.

    Args:
        fitting: other vectors of the same model, which the last two are fitted to.
        vectors: shape (rows, dimension).
        task: whose rows are those of ``vectors``.
    """
    rows = np.linspace(0, len(vectors) - 1, min(QUERIES, len(vectors))).astype(int).tolist()
    exact = [_nearest(vectors, row) for row in rows]
    kinds = [*_of_indices(vectors), _products(fitting, vectors), _signs(fitting, vectors)]
    return [_scored(kind, vectors, rows, exact, task) for kind in kinds]


def _scored(
    kind: _Quantised,
    vectors: Vectors,
    rows: Sequence[int],
    exact: Sequence[set[int]],
    task: Task,
) -> QuantisedScores:
    found, times = [], []
    for row in rows:
        start = time.perf_counter()
        nearest = kind.nearest(vectors[row])
        times.append(time.perf_counter() - start)
        found.append(set(nearest))
    recalls = [len(some & right) / len(right) for some, right in zip(found, exact, strict=True)]
    ndcg = scores_of(kind.vectors, task).ndcg
    milliseconds = 1_000 * float(np.median(times))
    return QuantisedScores(kind.name, kind.bytes, float(np.mean(recalls)), ndcg, milliseconds)


def _of_indices(vectors: Vectors) -> Iterator[_Quantised]:
    """As a service holds them: in segments, of which the last is closed here, too."""
    count, dimension = vectors.shape
    for quantisation in Quantisation:
        space = EmbeddingSpace("", dimension, quantisation)
        index = CosineIndex(space, segment_rows=min(SEGMENT_ROWS, count))
        index.append(range(count), [str(row) for row in range(count)], vectors)
        snapshot = index.snapshot

        def nearest(query: Vector, snapshot: CosineSnapshot = snapshot) -> list[int]:
            return [int(each.fingerprint_id) for each in snapshot.nearest(query, K)]

        parts = [each.index.reconstruct_n(0, each.index.ntotal) for each in snapshot.segments]
        decoded = np.concatenate([*parts, snapshot.rest])
        yield _Quantised(quantisation.value, _BYTES[quantisation] * dimension, decoded, nearest)


def _products(fitting: Vectors, vectors: Vectors) -> _Quantised:
    """Product quantisation: a code for some numbers together."""
    dimension = vectors.shape[1]
    codes = max(n for n in range(1, dimension + 1) if dimension % n == 0 and _fits(n, dimension))
    bits = max(1, min(_MAX_CODE_BITS, int(math.log2(max(2, len(fitting) / _PER_CODE)))))
    index = faiss.IndexPQ(dimension, codes, bits, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.min_points_per_centroid = 1
    index.train(fitting)
    index.add(vectors)
    return _Quantised(
        "product",
        math.ceil(codes * bits / 8),
        index.reconstruct_n(0, len(vectors)),
        lambda query: index.search(query[None], K)[1][0].tolist(),
    )


def _fits(codes: int, dimension: int) -> bool:
    return codes == 1 or dimension // codes >= _NUMBERS_TOGETHER


def _signs(fitting: Vectors, vectors: Vectors) -> _Quantised:
    """A bit for each number: whether it is above the mean."""
    mean, dimension = fitting.mean(axis=0), vectors.shape[1]

    def packed(rows: Vectors) -> NDArray[np.uint8]:
        bits = np.packbits(rows > mean, axis=1)
        return np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))

    codes = packed(vectors)
    signs = np.where(vectors > mean, 1, -1).astype(np.float32) / np.float32(dimension**0.5)

    def nearest(query: Vector) -> list[int]:
        found: list[int] = faiss.knn_hamming(packed(query[None]), codes, K, variant="mc")[1][0]
        return [int(row) for row in found]

    return _Quantised("binary", math.ceil(dimension / 8), signs, nearest)


def _nearest(vectors: Vectors, row: int) -> set[int]:
    return set(np.argsort(-(vectors @ vectors[row]), kind="stable")[:K].tolist())
