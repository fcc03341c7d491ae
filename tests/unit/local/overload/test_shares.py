"""A holder has as many places as remain free for others."""

from __future__ import annotations

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


def test_should_let_the_only_place_be_taken() -> None:
    assert _fill(Shares(1), "a") == 1


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
