"""A holder has as many places as remain free for others."""

from __future__ import annotations

import pytest

from lookalike.local.overload.shares import Shares


def _fill(shares: Shares, holder: str) -> int:
    """Take what this holder may, and say how many that are."""
    taken = 0
    while shares.has_room(holder):
        shares.take(holder)
        taken += 1
    return taken


def test_should_leave_half_of_what_is_free_to_others() -> None:
    shares = Shares(8)
    assert [_fill(shares, holder) for holder in "abcde"] == [4, 2, 1, 1, 0]
    assert shares.held == 8


def test_should_leave_more_to_others_where_that_is_asked_for() -> None:
    shares = Shares(64, 3)
    assert [_fill(shares, holder) for holder in "abc"] == [16, 12, 9]
    assert shares.has_room("d", 7)
    assert not shares.has_room("d", 8)


@pytest.mark.parametrize("free_for_one", [1, 3])
def test_should_let_the_only_place_be_taken(free_for_one: int) -> None:
    assert _fill(Shares(1, free_for_one), "a") == 1


def test_should_grant_as_many_at_once_as_one_by_one() -> None:
    shares = Shares(100)
    assert shares.has_room("a", 50)
    assert not shares.has_room("a", 51)


def test_should_free_what_is_given_back() -> None:
    shares = Shares(8)
    _fill(shares, "a")
    shares.give_back("a", 3)
    assert shares.held == 1
    assert _fill(shares, "b") == 4
    shares.give_back("a")
    assert dict(shares._held) == {"b": 4}
