"""Metrics of information retrieval for the ranking of hits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2


def reciprocal_rank(hits: Sequence[str], relevant: Collection[str]) -> float:
    """1 over the rank of the first relevant hit, 0 without one; its mean over queries is MRR."""
    return next((1 / rank for rank, hit in enumerate(hits, 1) if hit in relevant), 0.0)


def precision_at(k: int, hits: Sequence[str], relevant: Collection[str]) -> float:
    """The share of relevant hits among the first k ranks, empty ranks included."""
    return sum(hit in relevant for hit in hits[:k]) / k


def recall_at(k: int, hits: Sequence[str], relevant: Collection[str]) -> float:
    """The share of the relevant entries that are among the first k hits."""
    return sum(hit in relevant for hit in hits[:k]) / len(relevant)


def ndcg_at(k: int, hits: Sequence[str], relevant: Collection[str]) -> float:
    """Normalized discounted cumulative gain (Järvelin and Kekäläinen, 2002), with gains 0 or 1."""
    gain = sum(1 / log2(rank + 1) for rank, hit in enumerate(hits[:k], 1) if hit in relevant)
    best = sum(1 / log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))
    return gain / best
