"""How good an order of hits is, as information retrieval measures it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2


def reciprocal_rank(hits: Sequence[str], relevant: Collection[str]) -> float:
    """1 over the rank of the first right hit, 0 without one; its mean over queries is the MRR."""
    return next((1 / rank for rank, hit in enumerate(hits, 1) if hit in relevant), 0.0)


def precision_at(k: int, hits: Sequence[str], relevant: Collection[str]) -> float:
    """The share of right ones among the first k places, empty ones included."""
    return sum(hit in relevant for hit in hits[:k]) / k


def recall_at(k: int, hits: Sequence[str], relevant: Collection[str]) -> float:
    """The share of what is right that is among the first k hits."""
    return sum(hit in relevant for hit in hits[:k]) / len(relevant)


def ndcg_at(k: int, hits: Sequence[str], relevant: Collection[str]) -> float:
    """Discounted gain over that of the best order (Järvelin and Kekäläinen, 2002); gains 0 or 1."""
    gain = sum(1 / log2(rank + 1) for rank, hit in enumerate(hits[:k], 1) if hit in relevant)
    best = sum(1 / log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))
    return gain / best
