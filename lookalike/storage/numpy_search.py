"""Exact nearest hashes by numpy alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.layout import HashRows
from lookalike.storage.binary_index import Integers

_BLOCK = 16_384
"""Codes that are compared at once: a megabyte of the longest, which stays in a core's cache."""

_Words = NDArray[np.uint64]


def numpy_knn(queries: HashRows, codes: HashRows, k: int) -> tuple[Integers, Integers]:
    """The k nearest codes of each query row, by comparing each row with every code."""
    words = codes.view(np.uint64)
    found = [_nearest(_distances(row, words), k) for row in queries.view(np.uint64)]
    return np.stack([distances for distances, _ in found]), np.stack([rows for _, rows in found])


def _distances(query: _Words, codes: _Words) -> NDArray[np.uint16]:
    """Word by word, since adding up a few numbers in each row takes numpy much longer."""
    distances = np.zeros(len(codes), np.uint16)
    for first in range(0, len(codes), _BLOCK):
        block, summed = codes[first : first + _BLOCK], distances[first : first + _BLOCK]
        for place, word in enumerate(query):
            summed += np.bitwise_count(block[:, place] ^ word)
    return distances


def _nearest(distances: NDArray[np.uint16], k: int) -> tuple[Integers, Integers]:
    """Distances are few different numbers: counting them says how far the k nearest are at most."""
    farthest = np.searchsorted(np.cumsum(np.bincount(distances)), k)
    rows = np.flatnonzero(distances <= farthest)
    nearest = rows[np.argsort(distances[rows], kind="stable")[:k]]
    return distances[nearest].astype(np.int64), nearest
