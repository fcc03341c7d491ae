"""Clients take turns, whatever the number of their requests."""

from __future__ import annotations

import pytest

from lookalike.local.overload.turns import Turns


@pytest.fixture
def turns() -> Turns[str]:
    """Three of a, then one of b and two of c."""
    waiting = Turns[str]()
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        waiting.add(item[0], item)
    return waiting


def test_should_serve_clients_in_turns(turns: Turns[str]) -> None:
    assert [turns.take() for _ in range(7)] == ["a1", "b1", "c1", "a2", "c2", "a3", None]


def test_should_serve_the_newest_client_first_and_all_others_before_it_again(
    turns: Turns[str],
) -> None:
    order = ["c2", "b1", "a3", "c1", "a2", "a1", None]
    assert [turns.take(newest=True) for _ in range(7)] == order


def test_should_serve_a_newcomer_before_those_who_wait_if_the_newest_go_first(
    turns: Turns[str],
) -> None:
    turns.take(newest=True)
    turns.add("d", "d1")
    assert [turns.take(newest=True) for _ in range(3)] == ["d1", "b1", "a3"]


def test_should_pass_over_clients_who_may_not_be_served(turns: Turns[str]) -> None:
    assert turns.take(may=lambda client: client != "a") == "b1"
    assert turns.take() == "a1"
    assert turns.take(may=lambda _: False) is None


def test_should_forget_who_leaves(turns: Turns[str]) -> None:
    for item in ("a1", "b1", "b1", "d1"):
        turns.discard(item[0], item)
    assert len(turns) == 4
    assert [turns.take() for _ in range(5)] == ["a2", "c1", "a3", "c2", None]
    assert not turns._queues


@pytest.mark.parametrize(("client", "before"), [("a", 6), ("b", 4), ("c", 6), ("new", 3)])
def test_should_count_who_would_be_served_before(
    turns: Turns[str], client: str, before: int
) -> None:
    assert turns.before(client) == before
    turns.add(client, "newest")
    assert [turns.take() for _ in range(before + 1)][-1] == "newest"
