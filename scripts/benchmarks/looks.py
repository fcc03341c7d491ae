"""The index of search by looks by size: recall against exact search, duration and memory.

    python -m scripts.benchmarks.looks --size 1000000

Vectors are generated: points in clusters of a space of few dimensions, turned into that of the
embeddings, with noise. Durations are processor time of the one thread that searches.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lookalike.storage.cosine_index import SEGMENT_ROWS, CosineIndex, CosineSnapshot
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vectors
from scripts.benchmarks.report import table

K = 10
LATENT = 48
"""Dimensions in which the clusters lie."""
PER_CLUSTER = 50
NOISE = 0.35
"""Of the numbers, relative to what the clusters give them."""
SELECTIVITIES = (1.0, 0.5, 0.01)
_BYTES = {Quantisation.FLOAT32: 4, Quantisation.FLOAT16: 2, Quantisation.INT8: 1}
_HEADER = ["", "MB", "load, s", f"recall@{K}", "p50, ms", "p95, ms"]
_HEADER += [f"p50 with a filter of {share:.0%}, ms" for share in SELECTIVITIES[1:]]


@dataclass(frozen=True, slots=True)
class Workload:
    """What is measured.

    Attributes:
        size: vectors in the index.
        dimension: of each.
        queries: noisy copies of stored vectors.
    """

    size: int
    dimension: int
    queries: int


class Generator:
    """Generates vectors of unit length, the same for the same workload."""

    def __init__(self, workload: Workload) -> None:
        self._source = np.random.default_rng(1)
        self._dimension = workload.dimension
        clusters = max(1, workload.size // PER_CLUSTER)
        self._centres = self._source.normal(size=(clusters, LATENT)).astype(np.float32)
        turn = self._source.normal(size=(LATENT, workload.dimension)) / LATENT**0.5
        self._turn = turn.astype(np.float32)

    def vectors(self, count: int) -> Vectors:
        """Further vectors, shape (count, dimension)."""
        chosen = self._source.integers(len(self._centres), size=count)
        latent = self._centres[chosen] + 0.5 * self._normal((count, LATENT))
        return _unit(latent @ self._turn + NOISE * self._normal((count, self._dimension)))

    def near(self, vectors: Vectors) -> Vectors:
        """Noisy copies."""
        noise = self._normal(vectors.shape) * np.float32(NOISE / vectors.shape[1] ** 0.5)
        return _unit(vectors + noise)

    def _normal(self, shape: tuple[int, ...]) -> Vectors:
        return self._source.standard_normal(shape, np.float32)


def main() -> None:
    """Measure one size, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benchmarks.looks", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="vectors in the index")
    parser.add_argument("--dimension", type=int, default=512, help="of each")
    parser.add_argument("--queries", type=int, default=100, help="for each figure")
    parsed = parser.parse_args()
    workload = Workload(parsed.size, parsed.dimension, parsed.queries)
    with threadpool_limits(1):  # as in the service
        print(measured(workload))


def measured(workload: Workload) -> str:
    """Measure every quantisation; the table as Markdown."""
    generator = Generator(workload)
    parts = [generator.vectors(count) for count in _counts(workload.size)]
    sample = np.concatenate([part[:: max(1, workload.size // 1_000)] for part in parts])
    queries = generator.near(sample[: workload.queries])
    exact = _exact(parts, queries)
    rows = [_row(each, workload, parts, queries, exact) for each in Quantisation]
    return table(_HEADER, rows)


def _row(
    quantisation: Quantisation,
    workload: Workload,
    parts: Sequence[Vectors],
    queries: Vectors,
    exact: Sequence[set[str]],
) -> list[str]:
    start = time.thread_time()
    snapshot = _filled(EmbeddingSpace("", workload.dimension, quantisation), parts)
    loaded = time.thread_time() - start
    found, times = _searched(snapshot, queries, None)
    filtered = []
    for share in SELECTIVITIES[1:]:
        keys = np.flatnonzero(np.random.default_rng(2).random(workload.size) < share)
        _, durations = _searched(snapshot, queries, keys.astype(np.int64))
        filtered.append(f"{1_000 * float(np.median(durations)):.1f}")
    recall = float(np.mean([len(a & b) / K for a, b in zip(found, exact, strict=True)]))
    return [
        quantisation.value,
        f"{_BYTES[quantisation] * workload.size * workload.dimension / 1e6:,.0f}",
        f"{loaded:.1f}",
        f"{recall:.4f}",
        f"{1_000 * float(np.median(times)):.1f}",
        f"{1_000 * float(np.quantile(times, 0.95)):.1f}",
        *filtered,
    ]


def _filled(space: EmbeddingSpace, parts: Sequence[Vectors]) -> CosineSnapshot:
    index, start = CosineIndex(space), 0
    for part in parts:
        rows = range(start, start + len(part))
        index.append(rows, [str(row) for row in rows], part)
        start += len(part)
    return index.snapshot


def _searched(
    snapshot: CosineSnapshot, queries: Vectors, among: NDArray[np.int64] | None
) -> tuple[list[set[str]], list[float]]:
    found, times = [], []
    for query in queries:
        start = time.thread_time()
        nearest = snapshot.nearest(query, K, among)
        times.append(time.thread_time() - start)
        found.append({each.fingerprint_id for each in nearest})
    return found, times


def _exact(parts: Sequence[Vectors], queries: Vectors) -> list[set[str]]:
    """The exactly nearest rows of each query."""
    cosines = np.concatenate([queries @ part.T for part in parts], axis=1)
    nearest = np.argpartition(-cosines, K, axis=1)[:, :K]
    return [{str(row) for row in rows} for rows in nearest.tolist()]


def _counts(size: int) -> list[int]:
    """Vectors in parts as large as segments: the last one is what is left."""
    whole, rest = divmod(size, SEGMENT_ROWS)
    return [SEGMENT_ROWS] * whole + [rest] * bool(rest)


def _unit(vectors: Vectors) -> Vectors:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


if __name__ == "__main__":
    main()
