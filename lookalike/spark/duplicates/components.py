"""Which pictures are connected, found by machines that each know some of the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark import RDD


def components(edges: RDD[tuple[str, str]]) -> RDD[tuple[str, str]]:
    """Each node that has an edge, with the smallest node that it is connected to.

    In every round, each node takes the smallest label of its neighbours, until none changes: as
    many rounds as there are edges on the longest of the shortest paths to a smallest node.
    """
    both = edges.flatMap(lambda edge: [edge, edge[::-1]]).distinct().cache()
    labels, is_settled = both.map(lambda edge: (edge[0], edge[0])).distinct().cache(), False
    while not is_settled:
        told = both.join(labels).values()
        following = labels.union(told).reduceByKey(min).cache()
        is_settled = following.join(labels).filter(lambda row: row[1][0] != row[1][1]).isEmpty()
        labels = following
    return labels
