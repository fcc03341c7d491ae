"""Candidates come by retrieval score and nearness on the pHash, more in larger catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest

from lookalike.fingerprint.distances import distances
from lookalike.matching.finding import Evidence, Verdict
from lookalike.matching.retrieval import (
    MAX_SMALL_CATALOGUE,
    NEAREST,
    UNVERIFIED_PROBABILITY,
    VERIFIED,
    in_verification_order,
    nearest_for,
    unverified,
    verified_for,
)
from lookalike.storage.interfaces import Neighbour
from tests.builders import a_fingerprint, a_picture, some_hashes
from tests.unit.matching.builders import a_query

SIZES = (0, 1, 200, 3_000, 5_000, 20_000, 100_000, 1_000_000)


def neighbours(**distances: int) -> list[Neighbour]:
    """By name, as an index gives them: nearest first."""
    return sorted((Neighbour(*item) for item in distances.items()), key=lambda n: n.distance)


def test_should_put_the_highest_retrieval_score_first() -> None:
    found = {
        "phash": neighbours(both=4, near_phash=2, neither=20),
        "deep": neighbours(both=90, near_phash=200, neither=200),
    }
    assert in_verification_order(found) == ["both", "near_phash", "neither"]


def test_should_count_a_missing_neighbour_as_far_as_the_farthest() -> None:
    """Near on the pHash alone is not nearer than near on both."""
    found = {
        "phash": neighbours(on_phash=0, on_both=0, far=16),
        "deep": neighbours(on_both=180, on_deep=20, last=220),
    }
    assert in_verification_order(found) == ["on_deep", "on_both", "on_phash", "far", "last"]


@pytest.mark.parametrize("found", [{}, {"phash": []}, {"phash": [], "deep": []}])
def test_should_have_no_candidates_in_an_empty_catalogue(
    found: Mapping[str, list[Neighbour]],
) -> None:
    assert in_verification_order(found) == []


def test_should_not_leave_the_nearest_on_the_phash_to_the_end() -> None:
    """Stripes over a picture change its deep hash so far that eight others are nearer."""
    others = {f"on_deep_{n}": 150 + n for n in range(8)}
    found = {
        "phash": neighbours(striped=13, next=14, third=15, fourth=16),
        "deep": neighbours(**others, striped=240),
    }
    order = in_verification_order(found)
    assert order[:2] == ["on_deep_0", "on_deep_1"]
    assert order[2:8:2] == ["striped", "next", "third"]
    assert order.index("fourth") > order.index("on_deep_7")


def test_should_give_no_place_to_a_stored_query() -> None:
    found = {
        "phash": neighbours(own=0, first=10, second=11, third=12),
        "deep": neighbours(own=0, **{f"on_deep_{n}": 50 + n for n in range(8)}),
    }
    order = in_verification_order(found, own="own")
    assert "own" not in order
    assert order[2:8:2] == ["first", "second", "third"]


def test_should_name_every_neighbour_once() -> None:
    found = {"phash": neighbours(a=1, b=2), "deep": neighbours(b=3, c=4)}
    assert sorted(in_verification_order(found)) == ["a", "b", "c"]


def test_should_ask_small_catalogues_for_a_fixed_number() -> None:
    for size in (0, 1, MAX_SMALL_CATALOGUE):
        assert (nearest_for(size), verified_for(size)) == (NEAREST, VERIFIED)


def test_should_ask_larger_catalogues_for_more_but_not_many_times_more() -> None:
    """A thousand times the pictures, and still a check of some hundredths of a second."""
    for smaller, larger in pairwise(SIZES):
        assert nearest_for(smaller) <= nearest_for(larger)
        assert verified_for(smaller) <= verified_for(larger) <= nearest_for(larger)
    assert verified_for(100_000) > VERIFIED
    assert verified_for(1_000_000) <= 4 * VERIFIED
    assert nearest_for(1_000_000) <= 4 * NEAREST


def test_should_tell_only_the_distances_of_unverified_pictures() -> None:
    stored, own = a_picture(2), some_hashes(1)
    query = a_query(a_fingerprint(1), phash=[own["phash"]], deep=[own["deep"]])
    expected = distances(query, stored.fingerprint)
    found = unverified(query, stored)
    assert (found.fingerprint_id, found.probability) == (
        stored.fingerprint_id,
        UNVERIFIED_PROBABILITY,
    )
    assert found.verdict is Verdict.SIMILAR
    assert found.evidence == Evidence(expected.phash, expected.deep_nearest)
