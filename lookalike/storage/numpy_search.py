"""Exact nearest hashes by numpy alone."""

from __future__ import annotations

import numpy as np

from lookalike.fingerprint.layout import HashRows
from lookalike.storage.binary_index import Integers


def numpy_knn(queries: HashRows, codes: HashRows, k: int) -> tuple[Integers, Integers]:
    """The k nearest codes of each query row, by comparing each row with every code."""
    words = codes.view(np.uint64)
    distances = np.stack(
        [np.bitwise_count(words ^ row).sum(axis=1, dtype=np.int64) for row in queries.view("u8")]
    )
    rows = np.argpartition(distances, k - 1, axis=1)[:, :k]
    return np.take_along_axis(distances, rows, axis=1), rows
