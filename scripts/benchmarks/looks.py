"""The index of search by looks by size: recall against exact search, duration and memory.

    python -m scripts.benchmarks.looks --size 1000000
    python -m scripts.benchmarks.looks --others    # what was not chosen
    python -m scripts.benchmarks.looks --opensearch

Vectors are generated: points in clusters of a space of few dimensions, turned into that of the
embeddings, with noise. Durations are processor time of the one thread that searches, and what the
clock on the wall says where another process does: with ``--opensearch``, a node on loopback.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import faiss
import numpy as np
from threadpoolctl import threadpool_limits

from lookalike.storage.cosine_index import SEGMENT_ROWS
from lookalike.storage.embeddings import Vectors
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from scripts.benchmarks.looks_indices import (
    OTHERS,
    OURS,
    Fill,
    FilledIndex,
    FilterRefusedError,
    Rows,
)
from scripts.benchmarks.looks_search import OpenSearchIndex
from scripts.benchmarks.report import table
from scripts.benchmarks.search_node import search_node
from scripts.opensearch_server.server import FULL_SPEED, JavaOptions

K = 10
LATENT = 48
"""Dimensions in which the clusters lie."""
PER_CLUSTER = 50
NOISE = 0.35
"""Of the numbers, relative to what the clusters give them."""
NOTHING = "-"
SELECTIVITIES = (1.0, 0.5, 0.01)
_HEADER = ["", "MB", "load, s", f"recall@{K}", "p50, ms", "p95, ms"]
_HEADER += [
    f"{what} with a filter of {share:.0%}"
    for share in SELECTIVITIES[1:]
    for what in (f"recall@{K}", "p50, ms,")
]


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
    parser.add_argument("--others", action="store_true", help="kinds that are not offered, too")
    parser.add_argument("--opensearch", action="store_true", help="and the index of AWS")
    parsed = parser.parse_args()
    workload = Workload(parsed.size, parsed.dimension, parsed.queries)
    kinds = {**OURS, **(OTHERS if parsed.others else {})}
    with ExitStack() as stack:
        stack.enter_context(threadpool_limits(1))  # as in the service
        if parsed.opensearch:
            url = stack.enter_context(search_node(JavaOptions("2g", FULL_SPEED)))
            kinds["OpenSearch, Lucene, float32"] = on_opensearch(url, workload)
        print(measured(workload, kinds))


def on_opensearch(url: str, workload: Workload) -> Fill:
    """Fills an index on a node with what a workload has, and with what its filters ask for."""
    client = connect(url, OpenSearchService.UNSIGNED)
    filters = [_passing(share, workload.size) for share in SELECTIVITIES[1:]]
    return partial(OpenSearchIndex, client, filters)


def measured(workload: Workload, kinds: Mapping[str, Fill]) -> str:
    """Measure kinds of indices, by name; the table as Markdown."""
    faiss.omp_set_num_threads(1)  # as in the service
    generator = Generator(workload)
    parts = [generator.vectors(count) for count in _counts(workload.size)]
    sample = np.concatenate([part[:: max(1, workload.size // 1_000)] for part in parts])
    queries = generator.near(sample[: workload.queries])
    questions = [_question(share, parts, queries) for share in SELECTIVITIES]
    return table(_HEADER, [[name, *_row(fill, parts, questions)] for name, fill in kinds.items()])


@dataclass(frozen=True, slots=True)
class Question:
    """Queries with one filter.

    Attributes:
        queries: shape (queries, dimension).
        among: the rows that pass the filter, ascending; ``None``: all.
        exact: the exactly nearest of these rows, for each query.
    """

    queries: Vectors
    among: Rows | None
    exact: Sequence[set[int]]


def _question(share: float, parts: Sequence[Vectors], queries: Vectors) -> Question:
    cosines = np.concatenate([queries @ part.T for part in parts], axis=1)
    among = _passing(share, cosines.shape[1])
    nearest = among[np.argsort(-cosines[:, among], axis=1)[:, :K]].tolist()
    return Question(queries, None if share == 1 else among, [set(rows) for rows in nearest])


def _passing(share: float, size: int) -> Rows:
    """The rows that a filter leaves."""
    return np.flatnonzero(np.random.default_rng(2).random(size) < share)


def _row(fill: Fill, parts: Sequence[Vectors], questions: Sequence[Question]) -> list[str]:
    start, start_of_process = time.perf_counter(), time.process_time()
    index = fill(parts)
    is_here = index.clock is time.thread_time
    loaded = time.process_time() - start_of_process if is_here else time.perf_counter() - start
    (recall, times), *filtered = (_asked(index, question) for question in questions)
    cells = [f"{index.bytes / 1e6:,.0f}", f"{loaded:.1f}", recall]
    cells += [_milliseconds(times, 0.5), _milliseconds(times, 0.95)]
    for found, durations in filtered:
        cells += [found, _milliseconds(durations, 0.5)]
    return cells


def _asked(index: FilledIndex, question: Question) -> tuple[str, list[float]]:
    """The recall as text, and the durations."""
    times, shares = [], []
    for query, exact in zip(question.queries, question.exact, strict=True):
        start = index.clock()
        try:
            nearest = index.nearest(query, K, question.among)
        except FilterRefusedError:
            return NOTHING, []
        times.append(index.clock() - start)
        shares.append(len(nearest & exact) / len(exact))
    return f"{float(np.mean(shares)):.3f}", times


def _milliseconds(times: Sequence[float], share: float) -> str:
    return f"{1_000 * float(np.quantile(times, share)):.1f}" if times else NOTHING


def _counts(size: int) -> list[int]:
    """Vectors in parts as large as segments: the last one is what is left."""
    whole, rest = divmod(size, SEGMENT_ROWS)
    return [SEGMENT_ROWS] * whole + [rest] * bool(rest)


def _unit(vectors: Vectors) -> Vectors:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


if __name__ == "__main__":
    main()
