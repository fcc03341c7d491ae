"""Clusters by average linkage: what belongs together, and what must not chain."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lookalike.duplicates.clustering import Pair, average_linkage


def clustered(count: int, similarities: dict[Pair, float]) -> list[list[int]]:
    return average_linkage([1] * count, similarities, 0.5)


def test_should_join_what_is_similar_and_leave_the_rest_alone() -> None:
    assert clustered(4, {(0, 2): 0.9, (1, 3): 0.4}) == [[0, 2], [1], [3]]


def test_should_join_a_clique() -> None:
    assert clustered(3, {(0, 1): 0.9, (0, 2): 0.6, (1, 2): 0.8}) == [[0, 1, 2]]


def test_should_not_chain() -> None:
    """B is a copy of A and of C, and A is none of C: the surer link decides."""
    assert clustered(3, {(0, 1): 0.99, (1, 2): 0.9999}) == [[0], [1, 2]]


def test_should_join_what_nearly_all_links_confirm() -> None:
    """Two crops of one photograph may have too little in common, and all else links them."""
    links = dict.fromkeys(combinations(range(4), 2), 0.999) | {(2, 3): 0.3}
    assert clustered(4, links) == [[0, 1, 2, 3]]


def test_should_cut_what_a_single_weak_link_joins() -> None:
    first, second = combinations(range(3), 2), combinations(range(3, 6), 2)
    links = dict.fromkeys([*first, *second], 0.999) | {(2, 3): 0.7}
    assert clustered(6, links) == [[0, 1, 2], [3, 4, 5]]


def test_should_join_clusters_by_the_mean_over_their_items() -> None:
    """Of the four pairs between two clusters of two, three are similar."""
    assert average_linkage([2, 2, 1], {(0, 1): 3 * 0.9}, 0.5) == [[0, 1], [2]]
    assert average_linkage([2, 2, 1], {(0, 1): 2 * 0.9}, 0.5) == [[0], [1], [2]]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1]),
        st.floats(0.01, 1),
    )
)
def test_should_put_every_item_into_one_cluster_of_similar_ones(links: dict[Pair, float]) -> None:
    clusters = clustered(9, links)
    assert sorted(number for cluster in clusters for number in cluster) == list(range(9))
    for cluster in clusters:
        pairs = list(combinations(cluster, 2))
        if pairs:
            assert sum(links.get(pair, 0) for pair in pairs) / len(pairs) >= 0.5 - 1e-9
