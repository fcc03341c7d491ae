"""Callers who ask for one check after the other, and what became of their requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scripts.load.connection import Connection

HTTP_OK = 200
PAUSE = 0.1
"""Seconds before a caller whose connection broke tries again."""


@dataclass
class Tally:
    """What became of requests.

    Attributes:
        latencies: seconds from asking to the answer, of each request that got the result.
        refused: requests that were told to come back later.
        given_up: requests whose caller left before there was an answer.
        broken: requests whose connection the service ended.
    """

    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    given_up: int = 0
    broken: int = 0

    def quantile(self, share: float) -> float:
        """Seconds that this share (0 to 1) of the answers did not exceed; NaN without any."""
        return float(np.quantile(self.latencies, share)) if self.latencies else float("nan")


@dataclass(frozen=True)
class Load:
    """How callers ask.

    Attributes:
        url: of the service.
        requests: of which each caller asks for one after the other.
        patience: seconds after which a caller gives up; ``None``: never.
        warm_up: seconds of asking that do not count.
        seconds: of asking that count.
    """

    url: str
    requests: Sequence[bytes]
    patience: float | None = None
    warm_up: float = 2.0
    seconds: float = 8.0


async def ask_together(load: Load, addresses: Sequence[str]) -> Tally:
    """Let one caller from each address ask until the time is over.

    A caller asks again as soon as it has its answer, or when it gives up; after a refusal, when the
    service says (``Retry-After``).
    """
    tally, began = Tally(), time.perf_counter() + load.warm_up
    callers = [_Caller(load, tally, began, row) for row in range(len(addresses))]
    await asyncio.gather(*(each.ask_on(at) for each, at in zip(callers, addresses, strict=True)))
    return tally


class _Caller:
    def __init__(self, load: Load, tally: Tally, began: float, row: int) -> None:
        self._load, self._tally, self._began, self._row = load, tally, began, row
        self._end = began + load.seconds

    async def ask_on(self, address: str) -> None:
        async with Connection(self._load.url, address) as connection:
            row = self._row
            while time.perf_counter() < self._end:
                await self._ask(connection, self._load.requests[row % len(self._load.requests)])
                row += 1

    async def _ask(self, connection: Connection, request: bytes) -> None:
        asked, left = time.perf_counter(), self._end - time.perf_counter()
        patience = min(left, self._load.patience or left)
        try:
            answer = await connection.ask(request, patience)
        except TimeoutError:
            self._now.given_up += patience < left
        except OSError:
            self._now.broken += 1
            await asyncio.sleep(PAUSE)
        else:
            self._count(answer.status, time.perf_counter() - asked)
            await asyncio.sleep(min(answer.retry_after, self._end - time.perf_counter()))

    @property
    def _now(self) -> Tally:
        """Where to count what happens now."""
        return self._tally if time.perf_counter() >= self._began else Tally()

    def _count(self, status: int, seconds: float) -> None:
        if status == HTTP_OK:
            self._now.latencies.append(seconds)
        else:
            self._now.refused += 1
