"""Limits how often a message is logged that any client can cause."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from typing_extensions import override

AT_ONCE = 10
"""Records of a message within ``SECONDS``."""
SECONDS = 60.0
MAX_MESSAGES = 1000
LIMITED = ("asyncio", "uvicorn.error")
"""Loggers whose messages clients can cause."""


@dataclass(slots=True)
class _Counted:
    since: float
    records: int = 0


class LogLimit(logging.Filter):
    """Passes some records of each message a minute, then says how many were left out.

    A message is known by its first line without arguments: the others name connections.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._counted: dict[tuple[str, str], _Counted] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        now, key = self._clock(), (record.name, str(record.msg).partition("\n")[0])
        if len(self._counted) > MAX_MESSAGES:
            self._counted.clear()
        counted = self._counted.setdefault(key, _Counted(now))
        if now - counted.since >= SECONDS:
            self._mention(record, counted.records - AT_ONCE)
            counted.since, counted.records = now, 0
        counted.records += 1
        return counted.records <= AT_ONCE

    @staticmethod
    def _mention(record: logging.LogRecord, left_out: int) -> None:
        if left_out > 0:
            record.msg = f"{record.getMessage()} (and {left_out} times more before)"
            record.args = ()


@contextmanager
def limited_logs() -> Iterator[None]:
    """Limit the loggers of the server within the block."""
    limit = LogLimit()
    for name in LIMITED:
        logging.getLogger(name).addFilter(limit)
    try:
        yield
    finally:
        for name in LIMITED:
            logging.getLogger(name).removeFilter(limit)
