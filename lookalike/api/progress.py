"""How far a long-running operation is, and how long it will still take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Run = TypeVar("Run")


@dataclass(frozen=True, slots=True)
class Progress(Generic[Run]):
    """A run with its rate and its remaining time.

    Attributes:
        run: the run as it is stored.
        total: its items, such as rows or pictures; ``None`` while they are not counted.
        done: items that it is done with.
        done_before: those that it was done with before the current process, or else the last one,
            began to work on it.
        is_running: whether it has not ended.
        seconds: how long that process has worked on it.
    """

    run: Run
    total: int | None
    done: int
    done_before: int
    is_running: bool
    seconds: float

    @property
    def left(self) -> int | None:
        """Items that are still to be done; ``None`` while the total is unknown."""
        return None if self.total is None else max(0, self.total - self.done)

    @property
    def per_second(self) -> float | None:
        """The rate since the start or the last restart; ``None`` before the first item."""
        done = self.done - self.done_before
        return done / self.seconds if done > 0 and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """The time to the end at that rate; ``None`` if the rate is unknown or the run ended."""
        if not self.is_running or self.left is None:
            return None
        return self.left / self.per_second if self.per_second else None


def seconds_worked(started_at: float | None, finished_at: float | None, now: float) -> float:
    """The working time of a run, which leaves out waiting and stops of the service."""
    until = now if finished_at is None else finished_at
    return 0.0 if started_at is None else until - started_at


def rounded(number: float | None) -> float | None:
    """A rate or a time as it is shown, with one decimal."""
    return None if number is None else round(number, 1)
