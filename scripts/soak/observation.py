"""Watching a service while it is under mixed load."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field

from scripts.load.addresses import client_addresses
from scripts.load.quiet import Quiet, quiet_connections
from scripts.soak.mix import ACTORS, Outcomes, start
from scripts.soak.samples import Sample, read_sample

PERIOD = 3.0
"""Seconds between two samples."""
QUIET = 20
"""Connections that do little or nothing, of each kind."""


@dataclass
class Observation:
    """What was seen of the service.

    Attributes:
        samples: what it held, from time to time.
        answered: how many answers there were at each sample.
        outcomes: what became of the requests.
        has_ended: whether the service ended before the load did.
        is_alone: whether the machine had nothing else to do, so that latencies count.
    """

    samples: list[Sample] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    outcomes: Outcomes = field(default_factory=Outcomes)
    has_ended: bool = False
    is_alone: bool = True


async def observe(
    url: str, process: int, seconds: float, stop: asyncio.Event, period: float = PERIOD
) -> Observation:
    """Put a service under load and watch it.

    Args:
        url: of the service.
        process: its id.
        seconds: for how long.
        stop: ends it early.
        period: seconds between two samples.
    """
    seen = Observation()
    tasks = start(url, seen.outcomes)
    quiet = client_addresses(1, first=len(ACTORS)) * QUIET
    try:
        async with (
            quiet_connections(url, Quiet.IDLE, quiet),
            quiet_connections(url, Quiet.DRIPPING, quiet),
        ):
            await _watch(seen, process, time.monotonic() + seconds, stop, period)
    finally:
        for task in tasks:
            task.cancel()
        failures = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in failures:
        if isinstance(failure, Exception):
            raise failure
    return seen


async def _watch(
    seen: Observation, process: int, end: float, stop: asyncio.Event, period: float
) -> None:
    """Take samples until the end, a stop, or the end of the service."""
    while (left := end - time.monotonic()) > 0 and not stop.is_set():
        try:
            seen.samples.append(read_sample(process))
        except OSError:
            seen.has_ended = True
            return
        seen.answered.append(seen.outcomes.answers.total())
        _tell(seen)
        try:
            async with asyncio.timeout(min(period, left)):
                await stop.wait()
        except TimeoutError:
            continue


def _tell(seen: Observation) -> None:
    last = seen.samples[-1]
    print(
        f"\r{last.at - seen.samples[0].at:6.0f} s  {seen.outcomes.answers.total():7,} answers  "
        f"{last.memory:6.0f} MiB  {last.descriptors:.0f} descriptors  {last.threads:.0f} threads ",
        end="",
        file=sys.stderr,
        flush=True,
    )
