"""Connections that ask for little or nothing, and stay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from enum import Enum

from scripts.load.connection import Connection, http_request

PAUSE = 1.0
"""Seconds between two bytes of those that drip, and before a connection that has ended is opened
again."""
_HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


class Quiet(Enum):
    """What such a connection does: what it sends first, and what from then on."""

    HALF_OPEN = (b"", b"")
    HALF_A_HEAD = (_HALF_A_HEAD, b"")
    DRIPPING = (_HALF_A_HEAD, b"x")
    IDLE = (http_request("GET", "/health"), b"")

    @property
    def words(self) -> str:
        """The name in plain words."""
        return self.name.lower().replace("_", " ")


@asynccontextmanager
async def quiet_connections(url: str, kind: Quiet, addresses: Sequence[str]) -> AsyncIterator[None]:
    """Hold one connection from each address within the block."""
    tasks = [asyncio.create_task(_hold(url, kind, address)) for address in addresses]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hold(url: str, kind: Quiet, address: str) -> None:
    first, then = kind.value
    while True:
        with suppress(OSError):
            async with Connection(url, address) as connection:
                await connection.send(first)
                while then:
                    await asyncio.sleep(PAUSE)
                    await connection.send(then)
                await connection.ended()
        await asyncio.sleep(PAUSE)
