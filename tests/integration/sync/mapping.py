"""What Lambda does with the records of a stream: a loop that delivers, halves and gives up.

Records of one key stay in one lane and in order; which lane is next is left to chance. Where a
function reports a record, that one and those after it come again; where it dies, or reports the
first, the batch is halved. A record that fails alone again and again is given up.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

Record = dict[str, Any]
Function = Callable[[Sequence[Record]], int | None]
"""Takes a batch; the position of the first record that has to come again. It may die, too."""
Destination = Callable[[Sequence[Record]], None]
"""Keeps what is given up."""

LANES = 4
BATCH = 100
ATTEMPTS_ALONE = 20
TWICE_EVERY = 5


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that are delivered together, and how often they already were."""

    records: Sequence[Record]
    attempts: int = 0


class Mapping:
    """Delivers at least once: every fifth batch that went well comes again, after newer ones."""

    def __init__(self, function: Function, destination: Destination) -> None:
        self._function = function
        self._destination = destination
        self._lanes: list[deque[Batch]] = [deque() for _ in range(LANES)]
        self._chance = random.Random(1)  # noqa: S311 - repeatable
        self._went_well = 0

    def send(self, records: Iterable[Record]) -> None:
        """More happens in the table."""
        waiting: list[list[Record]] = [[] for _ in range(LANES)]
        for record in records:
            waiting[_lane(record)].append(record)
        for lane, own in zip(self._lanes, waiting, strict=True):
            lane.extend(Batch(own[at : at + BATCH]) for at in range(0, len(own), BATCH))

    def deliver(self, invocations: int) -> bool:
        """Invoke the function so many times, or fewer; whether nothing is left."""
        for _ in range(invocations):
            lanes = [lane for lane in self._lanes if lane]
            if not lanes:
                return True
            self._deliver_from(self._chance.choice(lanes))
        return not any(self._lanes)

    def _deliver_from(self, lane: deque[Batch]) -> None:
        batch = lane.popleft()
        try:
            first = self._function(batch.records)
        except Exception:  # noqa: BLE001 - whatever a function dies of
            first = 0
        if first is None:
            self._went_well += 1
            if self._went_well % TWICE_EVERY == 0:
                lane.append(batch)
        elif first:
            lane.appendleft(Batch(batch.records[first:]))
        else:
            lane.extendleft(reversed(self._again(batch)))

    def _again(self, batch: Batch) -> list[Batch]:
        if len(batch.records) > 1:
            half = len(batch.records) // 2
            return [Batch(batch.records[:half]), Batch(batch.records[half:])]
        if batch.attempts < ATTEMPTS_ALONE:
            return [replace(batch, attempts=batch.attempts + 1)]
        self._destination(batch.records)
        return []


def _lane(record: Record) -> int:
    return crc32(repr(record["dynamodb"].get("Keys")).encode()) % LANES
