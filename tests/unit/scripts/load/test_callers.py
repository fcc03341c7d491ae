"""Callers ask one thing after the other, and everything that becomes of it is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from scripts.load.callers import Load, Tally, ask_together
from scripts.load.connection import http_request
from scripts.load.quiet import Quiet, quiet_connections
from tests.unit.scripts.load.answering import OK, REFUSAL, Answering, answering

REQUESTS = [http_request("GET", f"/{number}") for number in range(3)]


def _asked(
    answer: Callable[[int], bytes | None], patience: float | None = None, warm_up: float = 0.0
) -> tuple[Tally, Answering]:
    async def main() -> tuple[Tally, Answering]:
        async with answering(answer) as server:
            load = Load(server.url, REQUESTS, patience, warm_up, 0.3)
            return await ask_together(load, ["127.0.0.1", "127.0.0.2"]), server

    return asyncio.run(main())


def test_should_ask_again_after_each_answer() -> None:
    tally, server = _asked(lambda _: OK)
    assert {*server.requests} == {*REQUESTS}
    assert {*server.peers} == {"127.0.0.1", "127.0.0.2"}
    assert len(server.requests) - 2 <= len(tally.latencies) <= len(server.requests)
    assert 0 < tally.quantile(0.5) <= tally.quantile(0.95) < 0.3


def test_should_come_back_after_a_refusal_when_the_service_says() -> None:
    tally, server = _asked(lambda _: REFUSAL)
    assert (tally.refused, len(server.requests), tally.latencies) == (2, 2, [])


def test_should_count_those_who_give_up() -> None:
    tally, _ = _asked(lambda _: None, patience=0.05)
    assert tally.given_up >= 2
    assert tally.latencies == []


def test_should_count_nobody_as_giving_up_who_has_patience() -> None:
    tally, _ = _asked(lambda _: None)
    assert (tally.given_up, tally.refused, tally.broken) == (0, 0, 0)


def test_should_count_connections_that_break() -> None:
    tally, _ = _asked(lambda _: b"")
    assert tally.broken >= 2


def test_should_not_count_the_warm_up() -> None:
    tally, server = _asked(lambda row: OK if row < 4 else None, warm_up=0.2)
    assert len(server.requests) >= 4
    assert tally.latencies == []


@pytest.mark.parametrize("kind", Quiet)
def test_should_hold_connections_that_ask_for_little(kind: Quiet) -> None:
    async def main() -> Answering:
        async with answering(lambda _: OK) as server:
            async with quiet_connections(server.url, kind, ["127.0.0.3"] * 5):
                for _ in range(3000):
                    if len(server.peers) == 5 and len(server.requests) == asked:
                        break
                    await asyncio.sleep(0.01)
            return server

    asked = 5 if kind is Quiet.IDLE else 0
    server = asyncio.run(main())
    assert server.peers == ["127.0.0.3"] * 5
    assert len(server.requests) == asked
