"""A client gets a place in its turn, and never all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from lookalike.http.problems import OverloadedError
from lookalike.local.http_server.fair_places import FairPlaces


class Visitors:
    """Requests that hold a place until they are told to leave."""

    def __init__(self, places: FairPlaces) -> None:
        self.places = places
        self.inside: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}

    async def come(self, name: str) -> asyncio.Task[None]:
        """Let one come; the first letter of its name is its client."""
        self._leave[name] = asyncio.Event()
        task = asyncio.create_task(self._stay(name))
        await _let_others_go_on()
        return task

    async def leave(self, name: str) -> None:
        """Let one leave that is inside."""
        self._leave[name].set()
        await _let_others_go_on()

    async def _stay(self, name: str) -> None:
        async with self.places.place(name[0]):
            self.inside.append(name)
            await self._leave[name].wait()
        self.inside.remove(name)


async def _let_others_go_on() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def _run(scenario: Callable[[Visitors], Awaitable[None]], max_wait: float = 60) -> None:
    async def main() -> None:
        await scenario(Visitors(FairPlaces(4, max_wait)))

    asyncio.run(main())


def test_a_client_leaves_places_to_others() -> None:
    async def scenario(visitors: Visitors) -> None:
        tasks = [await visitors.come(name) for name in ("a1", "a2", "a3", "b1", "c1")]
        assert visitors.inside == ["a1", "a2", "b1", "c1"]
        assert visitors.places.waiting_before("a") == 1
        for name in ("c1", "b1", "a1", "a2", "a3"):
            await visitors.leave(name)
        await asyncio.gather(*tasks)
        assert visitors.places._shares.held == 0

    _run(scenario)


def test_clients_take_turns() -> None:
    async def scenario(visitors: Visitors) -> None:
        names = ("a1", "a2", "b1", "c1", "b2", "a3", "a4", "d1")
        tasks = [await visitors.come(name) for name in names]
        for name in ("a1", "a2", "b1", "c1"):
            await visitors.leave(name)
        assert visitors.inside == ["d1", "a3", "b2"]  # the last place is for those without one
        for name in ("d1", "a3", "b2", "a4"):
            await visitors.leave(name)
        await asyncio.gather(*tasks)

    _run(scenario)


def test_whoever_waits_for_too_long_is_told_to_come_back() -> None:
    async def scenario(visitors: Visitors) -> None:
        tasks = [await visitors.come(name) for name in ("a1", "a2", "a3")]
        with pytest.raises(OverloadedError):
            await tasks[2]
        assert visitors.places.waiting_before("a") == 0
        for name in ("a1", "a2"):
            await visitors.leave(name)
        await asyncio.gather(*tasks[:2])

    _run(scenario, max_wait=0.01)


@pytest.mark.parametrize("steps", [None, 0, 1], ids=["alone", "just before", "just after"])
def test_no_place_is_lost_with_a_request_that_is_cancelled(steps: int | None) -> None:
    """Also where a place is given to it at the same moment."""

    async def scenario(visitors: Visitors) -> None:
        tasks = [await visitors.come(name) for name in ("a1", "a2", "a3")]
        if steps is not None:
            visitors._leave["a1"].set()
            for _ in range(steps):
                await asyncio.sleep(0)
            assert visitors.places.waiting_before("a") == 1 - steps
        tasks[2].cancel()
        await _let_others_go_on()
        assert tasks[2].cancelled()
        for name in ("a1", "a2"):
            await visitors.leave(name)
        await asyncio.gather(*tasks[:2])
        assert (visitors.places._shares.held, visitors.places.waiting_before("a")) == (0, 0)

    _run(scenario)
