"""numpy finds the same as faiss does, at the same distances."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.storage.faiss_search import faiss_knn
from lookalike.storage.numpy_search import numpy_knn


@pytest.mark.parametrize("width", [8, 64])
@pytest.mark.parametrize("k", [1, 50, 20_000])
def test_should_be_as_near_as_faiss(width: int, k: int) -> None:
    """Of more codes than are compared at once, many of them equal."""
    source = np.random.default_rng(1)
    codes = source.integers(0, 4, (20_000, width), np.uint8)
    queries = source.integers(0, 4, (3, width), np.uint8)

    distances, rows = numpy_knn(queries, codes, k)

    expected, _ = faiss_knn(queries, codes, k)
    assert (np.sort(distances) == np.sort(expected)).all()
    flipped = np.bitwise_count(codes[rows] ^ queries[:, np.newaxis]).sum(axis=2)
    assert (flipped == distances).all()
    assert all(len(set(found)) == k for found in rows.tolist())
