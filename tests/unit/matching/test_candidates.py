"""The most promising candidates come first, and larger catalogues are asked for more of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.fingerprint.distances import distances
from lookalike.matching.candidates import (
    FEW_UP_TO,
    LOOKED_AT,
    NEAREST,
    UNSEEN,
    by_promise,
    looked_at_for,
    nearest_for,
    promise,
    unseen,
)
from lookalike.matching.contract import Evidence, Verdict
from lookalike.storage.interfaces import Neighbour
from tests.builders import a_fingerprint, a_picture, some_hashes
from tests.unit.matching.builders import a_query

SIZES = (0, 1, 200, 3_000, 5_000, 20_000, 100_000, 1_000_000)


def neighbours(**distances: int) -> list[Neighbour]:
    """By name, as an index gives them: nearest first."""
    return sorted((Neighbour(*item) for item in distances.items()), key=lambda n: n.distance)


@given(phash=st.integers(0, 63), deep=st.integers(0, 511))
def test_should_never_promise_more_for_what_is_farther(phash: int, deep: int) -> None:
    assert promise(phash + 1, deep) <= promise(phash, deep)
    assert promise(phash, deep + 1) < promise(phash, deep)


def test_should_promise_nothing_for_a_middling_phash() -> None:
    """Strangers are often 12 bits apart: only nearer ones mean something."""
    assert promise(12, 100) == promise(30, 100)


def test_should_put_the_most_promising_first() -> None:
    found = {
        "phash": neighbours(both=4, near_phash=2, neither=20),
        "deep": neighbours(both=90, near_phash=200, neither=200),
    }
    assert by_promise(found) == ["both", "near_phash", "neither"]


def test_should_take_what_one_hash_has_not_found_for_as_far_as_its_farthest() -> None:
    """Near on the pHash alone is not nearer than near on both."""
    found = {
        "phash": neighbours(on_phash=0, on_both=0, far=16),
        "deep": neighbours(on_both=180, on_deep=20, last=220),
    }
    assert by_promise(found) == ["on_deep", "on_both", "on_phash", "far", "last"]


@pytest.mark.parametrize("found", [{}, {"phash": []}, {"phash": [], "deep": []}])
def test_should_have_no_candidates_in_an_empty_catalogue(
    found: Mapping[str, list[Neighbour]],
) -> None:
    assert by_promise(found) == []


def test_should_name_every_neighbour_once() -> None:
    found = {"phash": neighbours(a=1, b=2), "deep": neighbours(b=3, c=4)}
    assert sorted(by_promise(found)) == ["a", "b", "c"]


def test_should_ask_small_catalogues_for_a_fixed_number() -> None:
    for size in (0, 1, FEW_UP_TO):
        assert (nearest_for(size), looked_at_for(size)) == (NEAREST, LOOKED_AT)


def test_should_ask_larger_catalogues_for_more_but_not_many_times_more() -> None:
    """A thousand times the pictures, and still a check of some hundredths of a second."""
    for smaller, larger in pairwise(SIZES):
        assert nearest_for(smaller) <= nearest_for(larger)
        assert looked_at_for(smaller) <= looked_at_for(larger) <= nearest_for(larger)
    assert looked_at_for(100_000) > LOOKED_AT
    assert looked_at_for(1_000_000) <= 4 * LOOKED_AT
    assert nearest_for(1_000_000) <= 4 * NEAREST


def test_should_say_of_what_was_not_looked_at_only_how_far_it_is() -> None:
    stored, own = a_picture(2), some_hashes(1)
    query = a_query(a_fingerprint(1), phash=[own["phash"]], deep=[own["deep"]])
    expected = distances(query, stored.fingerprint)
    found = unseen(query, stored)
    assert (found.fingerprint_id, found.probability) == (stored.fingerprint_id, UNSEEN)
    assert found.verdict is Verdict.SIMILAR
    assert found.evidence == Evidence(expected.phash, expected.deep_nearest)
