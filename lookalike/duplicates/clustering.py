"""Clusters by average linkage, over similarities of which most are zero.

Two clusters are joined while the mean similarity of all pairs between them reaches a threshold, the
most similar ones first (UPGMA; Sokal and Michener 1958, "A statistical method for evaluating
systematic relationships"). A pair without a known similarity counts as zero. So nothing chains: A
and C, which are no copies of each other, are not joined because B is a copy of both, and one weak
link between two clusters of three is outweighed by eight pairs that are none.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

Pair = tuple[int, int]


def average_linkage(
    sizes: Sequence[int], sums: Mapping[Pair, float], threshold: float
) -> list[list[int]]:
    """Join clusters until no two are similar enough.

    Args:
        sizes: number of items in each cluster to begin with.
        sums: similarities, summed over all pairs of items between two clusters; the smaller number
            comes first. A sum far below zero keeps the two, and whatever joins either, apart.
        threshold: mean similarity from which two clusters are joined; greater than zero.

    Returns:
        Numbers of the clusters that were joined, ascending; those that stayed alone, too.
    """
    linkage = _Linkage(sizes, sums)
    while (pair := linkage.most_similar(threshold)) is not None:
        linkage.join(*pair)
    return sorted(sorted(members) for members in linkage.members.values())


class _Linkage:
    """Clusters, the sums between those that have any, and a heap of their means."""

    def __init__(self, sizes: Sequence[int], sums: Mapping[Pair, float]) -> None:
        self.members = {number: [number] for number in range(len(sizes))}
        self._sizes = list(sizes)
        self._sums: dict[int, dict[int, float]] = {number: {} for number in self.members}
        for (a, b), total in sums.items():
            self._sums[a][b] = self._sums[b][a] = total
        self._heap = [(-self._mean(a, b), a, b) for a, b in sums]
        heapq.heapify(self._heap)

    def most_similar(self, threshold: float) -> Pair | None:
        """The two most similar clusters, or ``None`` where the threshold is not reached."""
        while self._heap:
            negative, a, b = heapq.heappop(self._heap)
            if -negative < threshold:
                return None
            if b in self._sums.get(a, ()) and self._mean(a, b) == -negative:  # not outdated
                return a, b
        return None

    def join(self, a: int, b: int) -> None:
        """Make one cluster of two."""
        self.members[a] += self.members.pop(b)
        self._sizes[a] += self._sizes[b]
        gone = self._sums.pop(b)
        del gone[a], self._sums[a][b]
        for other, total in gone.items():
            del self._sums[other][b]
            joined = self._sums[a].get(other, 0.0) + total
            self._sums[a][other] = self._sums[other][a] = joined
        for other in self._sums[a]:
            first, second = min(a, other), max(a, other)
            heapq.heappush(self._heap, (-self._mean(first, second), first, second))

    def _mean(self, a: int, b: int) -> float:
        return self._sums[a][b] / (self._sizes[a] * self._sizes[b])
