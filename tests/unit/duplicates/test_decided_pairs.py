"""Searches for duplicates respect what was decided, and say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from lookalike.decisions import DecisionKind
from lookalike.duplicates.decided_groups import with_decisions
from lookalike.duplicates.decided_pairs import DecidedPairs, Pair
from lookalike.duplicates.grouping import Kind, group_pictures
from lookalike.matching.finding import Verdict
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import (
    VERSION,
    a_decided_picture,
    a_decision,
    a_fingerprint_id,
    a_picture,
    a_product,
)
from tests.unit.duplicates.test_grouping import a_link, shape

DUPLICATE, NOT_DUPLICATE, VARIANT = DecisionKind
A, B, C = (a_fingerprint_id(number) for number in range(3))


def decided(**kinds: DecisionKind) -> dict[Pair, DecisionKind]:
    """What was decided about pairs of pictures, each named by two letters."""
    return {Pair(ends): kind for ends, kind in kinds.items()}


def test_should_not_link_what_is_no_duplicate() -> None:
    assert group_pictures([a_link("ab")], 0.5, decided(ab=NOT_DUPLICATE)) == []


def test_should_keep_apart_what_is_no_duplicate_whatever_both_are_like() -> None:
    """Without the decision, five pairs of six would outweigh the one that is missing."""
    links = [a_link(ends) for ends in ("ac", "ad", "bc", "bd", "cd")]
    for group in group_pictures(links, 0.5, decided(ab=NOT_DUPLICATE)):
        assert not {"a", "b"} <= set("".join("".join(part) for part in group.clusters))
    assert shape(group_pictures(links, 0.5)) == [(Kind.EDITED_COPY, ["abcd"])]


def test_should_keep_them_apart_among_colours_too() -> None:
    colours = [a_link(ends, verdict=Verdict.COLOUR_VARIANT) for ends in ("ab", "ac", "bc")]
    [group] = group_pictures(colours, 0.5, decided(ab=NOT_DUPLICATE))
    assert len(group.clusters) == 2


def test_should_link_decided_duplicates_that_were_never_found() -> None:
    [group] = group_pictures([], 0.5, decided(ab=DUPLICATE))
    assert shape([group]) == [(Kind.DUPLICATE, ["ab"])]
    assert [link.probability for link in group.links] == [1.0]


def test_should_join_duplicates_of_duplicates() -> None:
    kinds = decided(ab=DUPLICATE, cd=DUPLICATE, bc=DUPLICATE)
    assert shape(group_pictures([], 0.5, kinds)) == [(Kind.DUPLICATE, ["abcd"])]


def test_should_join_no_stranger_to_decided_duplicates() -> None:
    links = [a_link("bc", 0.9999)]
    assert shape(group_pictures(links, 0.5, decided(ab=DUPLICATE))) == [(Kind.DUPLICATE, ["ab"])]


def test_should_keep_apart_what_others_would_chain() -> None:
    kinds = decided(ab=DUPLICATE, bc=DUPLICATE, ac=NOT_DUPLICATE)
    [group] = group_pictures([], 0.5, kinds)
    assert len(group.clusters[0]) == 2


def test_should_group_variants_as_colours_alone() -> None:
    groups = group_pictures([a_link("ab", 0.9)], 0.5, decided(ab=VARIANT))
    assert shape(groups) == [(Kind.COLOUR_VARIANT, ["a", "b"])]
    assert [link.verdict for link in groups[0].links] == [Verdict.COLOUR_VARIANT]
    assert group_pictures([], 0.5, decided(ab=VARIANT)) == []


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    """Three products that show a picture each."""
    with closing(MemoryStorage(VERSION)) as storage:
        storage.pictures.put_many([a_picture(number) for number in range(3)])
        storage.products.put_many([a_product(number) for number in range(3)])
        yield storage


def test_should_know_what_stands_by_pictures(storage: MemoryStorage) -> None:
    storage.decisions.put(a_decision(0, 1))
    storage.decisions.put(a_decision(1, 2, VARIANT))
    pairs = DecidedPairs.of(storage)
    assert pairs.pictures == {Pair((A, B)): NOT_DUPLICATE, Pair((B, C)): VARIANT}
    assert pairs.different == {}
    storage.products.put_many([replace(a_product(0), fingerprint_id=C)])
    assert DecidedPairs.of(storage).pictures == {Pair((B, C)): VARIANT}


def test_should_take_the_later_decision_about_two_pictures(storage: MemoryStorage) -> None:
    twin = a_product(3, fingerprint_id=A)
    storage.products.put_many([twin])
    later = replace(a_decision(1, 3, DUPLICATE), pictures_of_b=(a_decided_picture(0),))
    storage.decisions.put(replace(later, decided_at=2e6))
    storage.decisions.put(a_decision(0, 1))
    assert DecidedPairs.of(storage).pictures == {Pair((A, B)): DUPLICATE}


def test_should_know_what_stands_by_products_that_show_one_picture(
    storage: MemoryStorage,
) -> None:
    storage.products.put_many([a_product(3, fingerprint_id=A)])
    same = replace(a_decision(0, 3), pictures_of_b=(a_decided_picture(0),))
    storage.decisions.put(same)
    pairs = DecidedPairs.of(storage)
    first, last = "entity-000000", "entity-000003"
    assert (pairs.pictures, pairs.different) == ({}, {first: {last}, last: {first}})


def a_group(**pictures: int) -> dict[str, object]:
    """A group of products, each with the number of the picture that it shows."""
    members = [
        {"entity_id": f"entity-{name.removeprefix('e'):0>6}", "fingerprint_id": a_fingerprint_id(n)}
        for name, n in pictures.items()
    ]
    return {"id": "x", "members": members}


@pytest.mark.parametrize(
    ("decisions", "is_decided"),
    [
        ([], False),
        ([(0, 1, DUPLICATE)], False),
        ([(0, 1, DUPLICATE), (1, 2, VARIANT)], True),
        ([(0, 1, DUPLICATE), (1, 2, NOT_DUPLICATE)], True),
        ([(0, 1, NOT_DUPLICATE), (1, 2, NOT_DUPLICATE)], False),
        ([(0, 1, NOT_DUPLICATE), (1, 2, NOT_DUPLICATE), (0, 2, NOT_DUPLICATE)], True),
    ],
)
def test_should_say_whether_anything_is_left_to_decide(
    storage: MemoryStorage, decisions: list[tuple[int, int, DecisionKind]], *, is_decided: bool
) -> None:
    made = [a_decision(*decision) for decision in decisions]
    for decision in made:
        storage.decisions.put(decision)
    [group] = with_decisions(storage, [a_group(e0=0, e1=1, e2=2)])
    assert group["decided"] is is_decided
    assert sorted(each["id"] for each in group["decisions"]) == sorted(
        decision.decision_id for decision in made
    )


def test_should_count_a_decision_for_all_products_that_show_the_picture(
    storage: MemoryStorage,
) -> None:
    storage.products.put_many([a_product(3, fingerprint_id=A)])
    storage.decisions.put(a_decision(0, 1, DUPLICATE))
    [group] = with_decisions(storage, [a_group(e0=0, e3=0, e1=1)])
    assert group["decided"] is True


def test_should_say_what_was_decided(storage: MemoryStorage) -> None:
    storage.decisions.put(a_decision(0, 1, note="another print", by="Ada"))
    [group] = with_decisions(storage, [a_group(e0=0, e1=1)])
    assert group["decisions"] == [
        {
            "id": a_decision(0, 1, note="another print", by="Ada").decision_id,
            "a": "entity-000000",
            "b": "entity-000001",
            "decision": "not_duplicate",
            "note": "another print",
            "by": "Ada",
            "decided_at": "1970-01-12T13:46:40.500000+00:00",
        }
    ]


def test_should_link_the_main_pictures_of_duplicates_and_part_all_pictures_of_others(
    storage: MemoryStorage,
) -> None:
    """A front and a back view are no copies because their products are duplicates."""
    storage.products.put_many([a_product(0, further=(2,))])
    both = (a_decided_picture(0), a_decided_picture(2))
    for kind, pairs in ((DUPLICATE, {Pair((A, B))}), (NOT_DUPLICATE, {Pair((A, B)), Pair((C, B))})):
        decision = replace(a_decision(0, 1, kind), pictures_of_a=both)
        stands = storage.decisions.between(decision.a, decision.b)
        storage.decisions.put(decision, stands.decision_id if stands else None)
        assert DecidedPairs.of(storage).pictures.keys() == pairs
