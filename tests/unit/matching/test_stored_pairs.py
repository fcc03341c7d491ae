"""Few pairs of stored pictures are compared, and the others are judged by these."""

from __future__ import annotations

import pytest

from lookalike.matching.stored_pairs import StoredPairs
from tests.builders import a_fingerprint_id, a_picture
from tests.unit.matching.fakes import ToldVerifier

pytestmark = pytest.mark.usefixtures("numbered_pictures")

A, B, C, D = (a_fingerprint_id(number) for number in (1, 2, 3, 4))


def _pairs(alike: dict[int, float], most: int) -> tuple[StoredPairs, ToldVerifier]:
    """Pairs that are alike as the picture says which is verified; so many may be compared."""
    verifier = ToldVerifier(alike)
    pictures = {a_fingerprint_id(number): a_picture(number) for number in (1, 2, 3, 4)}
    pairs = StoredPairs(verifier, lambda ids: {name: pictures[name] for name in ids})
    pairs.allow(most)
    return pairs, verifier


def test_should_compare_a_pair_once_whoever_comes_first() -> None:
    pairs, verifier = _pairs({1: 0.9, 2: 0.9}, most=2)
    assert pairs.known(A, B) is None
    assert pairs.one_photograph(A, B) == pairs.one_photograph(B, A) == 0.9
    assert pairs.known(B, A) == 0.9
    assert len(verifier.candidates) == 1


def test_should_judge_by_what_both_were_compared_with() -> None:
    pairs, verifier = _pairs(dict.fromkeys((1, 2, 3, 4), 0.9), most=2)
    pairs.one_photograph(A, B)
    pairs.one_photograph(B, C)
    assert pairs.one_photograph(A, C) == pytest.approx(0.81)
    assert len(verifier.candidates) == 2


def test_should_not_judge_by_a_picture_that_both_are_unlike() -> None:
    pairs, _ = _pairs({1: 0.01, 2: 0.01, 3: 0.9, 4: 0.9}, most=3)
    assert pairs.one_photograph(A, B) == pairs.one_photograph(A, C) == 0.01
    pairs.one_photograph(C, D)
    assert pairs.judged(B, C) == pytest.approx((0.01 + 0.01 + 0.9) / 3)


def test_should_judge_as_others_on_average_what_nothing_tells() -> None:
    pairs, _ = _pairs(dict.fromkeys((1, 2, 3, 4), 0.9), most=1)
    assert pairs.judged(C, D) == 0
    pairs.one_photograph(A, B)
    assert pairs.one_photograph(C, D) == 0.9


def test_should_compare_more_where_more_is_allowed_and_forget_nothing() -> None:
    pairs, verifier = _pairs(dict.fromkeys((1, 2, 3, 4), 0.9), most=1)
    pairs.one_photograph(A, B)
    pairs.allow(1)
    pairs.one_photograph(A, B)
    pairs.one_photograph(C, D)
    assert len(verifier.candidates) == 2
