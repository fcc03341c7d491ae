"""Places for requests, which clients get in turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lookalike.http.problems import OverloadedError
from lookalike.local.overload.shares import Shares
from lookalike.local.overload.turns import Turns

_Waiting = tuple[str, asyncio.Future[None]]
"""A client, and what is done when its request has a place."""


class FairPlaces:
    """Places, of which a client may have as many as remain free for others. For one event loop.

    Args:
        most: places in all.
        max_wait: seconds that a request may wait for one.
    """

    def __init__(self, most: int, max_wait: float) -> None:
        self._max_wait = max_wait
        self._shares = Shares(most)
        self._waiting = Turns[_Waiting]()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    def waiting_before(self, client: str) -> int:
        """How many would get a place before a further request of this client."""
        return self._waiting.before(client)

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """Have a place within the block.

        Raises:
            OverloadedError: none was free in time.
        """
        if self._shares.has_room(client):
            self._shares.take(client)
        else:
            await self._wait_in_time(client)
        try:
            yield
        finally:
            self._give_back(client)

    async def _wait_in_time(self, client: str) -> None:
        try:
            async with asyncio.timeout(self._max_wait):
                await self._wait(client)
        except TimeoutError:
            raise OverloadedError from None

    async def _wait(self, client: str) -> None:
        """Return with a place."""
        waiting = client, asyncio.get_running_loop().create_future()
        self._waiting.add(client, waiting)
        try:
            await waiting[1]
        except asyncio.CancelledError:
            self._waiting.discard(client, waiting)
            if not waiting[1].cancelled():  # it got its place just then
                self._give_back(client)
            raise

    def _give_back(self, client: str) -> None:
        self._shares.give_back(client)
        while (served := self._waiting.take(may=self._shares.has_room)) is not None:
            next_client, place = served
            if not place.cancelled():
                self._shares.take(next_client)
                place.set_result(None)
