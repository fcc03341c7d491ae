"""Groups of pictures: copies of one photograph, and its other colours apart."""

from __future__ import annotations

from lookalike.duplicates.grouping import (
    DOUBTFUL,
    MAX_NEIGHBOURS,
    Kind,
    PictureGroup,
    group_pictures,
    pairs_to_compare,
)
from lookalike.matching.finding import Verdict
from lookalike.storage.duplicates import PictureLink


def a_link(
    ends: str, probability: float = 0.999, verdict: Verdict = Verdict.EDITED_COPY
) -> PictureLink:
    a, b = tuple(ends)
    return PictureLink(a, b, probability, verdict.value)


def shape(groups: list[PictureGroup]) -> list[tuple[Kind, list[str]]]:
    """Kind and clusters of each group, each cluster as one word."""
    return [(group.kind, ["".join(cluster) for cluster in group.clusters]) for group in groups]


def test_should_tell_plain_duplicates_from_edited_copies() -> None:
    links = [a_link("ab", verdict=Verdict.DUPLICATE), a_link("cd")]
    assert shape(group_pictures(links, 0.5)) == [
        (Kind.DUPLICATE, ["ab"]),
        (Kind.EDITED_COPY, ["cd"]),
    ]


def test_should_not_chain_copies() -> None:
    """A link to a picture that is no copy of the others stays out."""
    stranger = a_link("ac", DOUBTFUL - 0.01, Verdict.SIMILAR)
    groups = group_pictures([a_link("ab", 0.9999), a_link("bc", 0.99), stranger], 0.5)
    assert shape(groups) == [(Kind.EDITED_COPY, ["ab"])]


def test_should_join_what_is_doubtful_where_all_else_is_sure() -> None:
    """Two crops of one photograph that have little in common."""
    links = [a_link("ab"), a_link("bc"), a_link("ac", 0.4, Verdict.SIMILAR)]
    [group] = group_pictures(links, 0.5)
    assert shape([group]) == [(Kind.EDITED_COPY, ["abc"])]
    assert len(group.links) == 2


def test_should_not_join_what_only_weak_links_join() -> None:
    triangle = [a_link(ends) for ends in ("ab", "ac", "bc", "de", "df", "ef")]
    groups = group_pictures([*triangle, a_link("cd", 0.7)], 0.5)
    assert shape(groups) == [(Kind.EDITED_COPY, ["abc"]), (Kind.EDITED_COPY, ["def"])]


def test_should_keep_other_colours_apart_from_copies() -> None:
    """Two red copies and two blue ones are two groups, and one group of two colours."""
    colours = [a_link(ends, verdict=Verdict.COLOUR_VARIANT) for ends in ("ac", "ad", "bc", "bd")]
    groups = group_pictures([a_link("ab"), a_link("cd"), *colours], 0.5)
    assert shape(groups) == [
        (Kind.COLOUR_VARIANT, ["ab", "cd"]),
        (Kind.EDITED_COPY, ["ab"]),
        (Kind.EDITED_COPY, ["cd"]),
    ]
    assert len(groups[0].links) == 4  # those between the colours alone


def test_should_group_colours_of_which_no_copies_are_known() -> None:
    groups = group_pictures([a_link("ab", verdict=Verdict.COLOUR_VARIANT)], 0.5)
    assert shape(groups) == [(Kind.COLOUR_VARIANT, ["a", "b"])]


def test_should_leave_out_links_below_the_threshold() -> None:
    links = [a_link("ab", 0.9), a_link("ac", 0.6), a_link("bc", 0.95)]
    assert shape(group_pictures(links, 0.8)) == [(Kind.EDITED_COPY, ["bc"])]
    [group] = group_pictures(links, 0.5)
    assert shape([group]) == [(Kind.EDITED_COPY, ["abc"])]
    assert [link.probability for link in group.links] == [0.95, 0.9, 0.6]


def test_should_ask_for_pairs_with_a_common_neighbour() -> None:
    similar = a_link("cd", 0.1, Verdict.SIMILAR)
    assert list(pairs_to_compare([a_link("ab"), a_link("bc"), similar], 0.5)) == [("a", "c")]
    known = a_link("ca", 0.0, Verdict.SIMILAR)
    assert list(pairs_to_compare([a_link("ab"), a_link("bc"), known], 0.5)) == []


def test_should_bound_the_pairs_of_one_picture() -> None:
    names = "bcdefghijklmnopqrstuvwxyz"
    pairs = list(pairs_to_compare([a_link(f"a{name}") for name in names], 0.5))
    assert len(pairs) == MAX_NEIGHBOURS * (MAX_NEIGHBOURS - 1) / 2
