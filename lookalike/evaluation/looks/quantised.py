"""Quantised against full: what an index loses by smaller numbers, and what it gains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.evaluation.looks.representations import Representation, signs_of
from lookalike.evaluation.looks.scores import K, scores_of
from lookalike.evaluation.looks.tasks import Task
from lookalike.storage.cosine_index import CosineIndex
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vectors

QUERIES = 200
"""Pictures that are searched with, spread over the catalogue."""
_BYTES = {Quantisation.FLOAT32: 4, Quantisation.FLOAT16: 2, Quantisation.INT8: 1}


@dataclass(frozen=True, slots=True)
class QuantisedScores:
    """What one quantisation does.

    Attributes:
        name: of the quantisation.
        bytes: of a picture in memory.
        recall: share of the ten exactly nearest pictures that are among the ten found.
        ndcg: of the task, with the quantised numbers.
        milliseconds: of a search, at the median; compare within one run only. ``None``: there is
            no such index.
    """

    name: str
    bytes: int
    recall: float
    ndcg: float
    milliseconds: float | None


def quantised(representation: Representation, task: Task) -> list[QuantisedScores]:
    """Compare the quantisations of an index with each other, and the signs alone."""
    vectors = representation.vectors
    rows = np.linspace(0, len(vectors) - 1, min(QUERIES, len(vectors))).astype(int).tolist()
    exact = [_nearest(vectors, row) for row in rows]
    found = [_of_index(each, vectors, rows, exact, task) for each in Quantisation]
    signs = signs_of(representation)
    recall = _recall([_nearest(signs.vectors, row) for row in rows], exact)
    ndcg = scores_of(signs.vectors, task).ndcg
    return [*found, QuantisedScores("binary", signs.bytes, recall, ndcg, None)]


def _of_index(
    quantisation: Quantisation,
    vectors: Vectors,
    rows: Sequence[int],
    exact: Sequence[set[str]],
    task: Task,
) -> QuantisedScores:
    space = EmbeddingSpace("", vectors.shape[1], quantisation)
    index = CosineIndex(space, segment_rows=len(vectors))
    index.append(range(len(vectors)), [str(row) for row in range(len(vectors))], vectors)
    snapshot = index.snapshot
    found, times = [], []
    for row in rows:
        start = time.perf_counter()
        nearest = snapshot.nearest(vectors[row], K)
        times.append(time.perf_counter() - start)
        found.append({each.fingerprint_id for each in nearest})
    [segment] = snapshot.segments
    ndcg = scores_of(segment.index.reconstruct_n(0, len(vectors)), task).ndcg
    size = _BYTES[quantisation] * vectors.shape[1]
    return QuantisedScores(
        quantisation.value, size, _recall(found, exact), ndcg, 1_000 * float(np.median(times))
    )


def _nearest(vectors: Vectors, row: int) -> set[str]:
    return {str(each) for each in np.argsort(-(vectors @ vectors[row]), kind="stable")[:K]}


def _recall(found: Sequence[set[str]], exact: Sequence[set[str]]) -> float:
    pairs = zip(found, exact, strict=True)
    return float(np.mean([len(some & right) / len(right) for some, right in pairs]))
