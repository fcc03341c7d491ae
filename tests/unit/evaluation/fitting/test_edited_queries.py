"""Queries for fitting are drawn from all edits, and pairs from all kinds of shared things."""

from __future__ import annotations

from collections import Counter

from lookalike.evaluation.edits import CHAINS, EDITS, HARD_NEGATIVES, LISTINGS, RANDOM, RECOLOURINGS
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.edits.screens import SCREENS
from lookalike.evaluation.edits.single import UNCHANGED
from lookalike.evaluation.fitting.edited_queries import (
    COLOUR_EDITS,
    COLOUR_QUERIES_PER_PICTURE,
    HARD_EDITS,
    QUERIES_PER_PICTURE,
    SECOND_EDITS,
    colour_queries,
    edited_queries,
)
from lookalike.evaluation.fitting.shared_samples import QUERIES_PER_PAIR, pairs
from tests.unit.evaluation.fitting.builders import some_entries

ENTRIES = some_entries(40, group_size=4)


def test_should_draw_of_every_picture_itself_edits_and_recolourings() -> None:
    drawn = edited_queries(ENTRIES, 10_000)
    for number in range(len(ENTRIES)):
        queries = [query for query in drawn if query.entry == number]
        dyed = [query for query in queries if query.edit in RECOLOURINGS]
        assert Counter(query.edit for query in queries)[UNCHANGED] == 1
        assert sorted(bool(query.second_edit) for query in dyed) == [False, True]
        assert len(queries) == 1 + QUERIES_PER_PICTURE + len(dyed)
    assert drawn == edited_queries(ENTRIES, 10_000)
    assert [query.entry for query in drawn] != sorted(query.entry for query in drawn)


def test_should_reduce_some_pictures_first() -> None:
    reduced = [query.is_rendition for query in edited_queries(ENTRIES, 10_000)]
    assert 0.3 < sum(reduced) / len(reduced) < 0.5


def test_should_draw_at_most_so_many_of_each_catalogue() -> None:
    drawn = edited_queries(ENTRIES, 15)
    assert Counter(ENTRIES[query.entry].domain for query in drawn) == {"home": 15, "shop": 15}


def test_should_know_all_edits_that_it_names() -> None:
    known = {*EDITS, *CHAINS, *RANDOM}
    assert {*HARD_EDITS, *SECOND_EDITS, UNCHANGED} <= known
    assert {*COLOUR_EDITS} <= {*known, *RECOLOURINGS, *SCREENS}


def test_should_draw_further_queries_of_colours_alone() -> None:
    drawn = colour_queries(ENTRIES, 10_000)
    assert {query.edit for query in drawn} == {*COLOUR_EDITS}
    assert {*Counter(query.entry for query in drawn).values()} == {COLOUR_QUERIES_PER_PICTURE}
    second_edits = Counter(query.second_edit for query in drawn)
    assert {*second_edits} == {"", *SECOND_EDITS}
    assert 0.4 < second_edits[""] / len(drawn) < 0.6
    assert len({query.seed for query in drawn}) == len(drawn)
    assert drawn == colour_queries(ENTRIES, 10_000)
    assert [query.entry for query in drawn] != sorted(query.entry for query in drawn)
    few = colour_queries(ENTRIES, 15)
    assert Counter(ENTRIES[query.entry].domain for query in few) == {"home": 15, "shop": 15}


def test_should_pair_different_products_of_one_domain() -> None:
    drawn = pairs(ENTRIES, [], 100, of_each_kind=9)
    assert {pair.kind for pair in drawn if not pair.listing} == set(HARD_NEGATIVES)
    assert {pair.kind for pair in drawn if pair.listing} == set(PRODUCT_PAIRS)
    assert {pair.listing for pair in drawn} == {"", *LISTINGS}
    for pair in drawn:
        stored, other = ENTRIES[pair.stored], ENTRIES[pair.other]
        assert stored.domain == other.domain
        assert stored.group != other.group
    assert [pair.number for pair in drawn] == [
        100 + QUERIES_PER_PAIR * n for n in range(len(drawn))
    ]


def test_should_draw_no_pairs_of_a_single_picture() -> None:
    assert pairs(some_entries(1, group_size=1), [], 0, of_each_kind=3) == []
