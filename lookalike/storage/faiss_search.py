"""Exact nearest hashes by faiss."""

from __future__ import annotations

import faiss
import numpy as np

from lookalike.fingerprint.layout import HashRows
from lookalike.storage.binary_index import Integers


def faiss_knn(queries: HashRows, codes: HashRows, k: int) -> tuple[Integers, Integers]:
    """The k nearest codes of each query row. ``mc`` counts distances instead of keeping a heap."""
    # One core a search: many searches run at once, and each is a few milliseconds.
    faiss.omp_set_num_threads(1)
    distances, rows = faiss.knn_hamming(queries, codes, k, variant="mc")
    return np.asarray(distances, np.int64), np.asarray(rows, np.int64)
