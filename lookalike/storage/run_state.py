"""The state of a long-running operation."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """Whether a run works or waits, or how it has ended."""

    RUNNING = "running"
    DONE = "done"
    """It reached its end; some items, such as rows of an import, may have been refused."""
    FAILED = "failed"
    """It could not go on."""
    CANCELLED = "cancelled"
    """Somebody has ended it; what it had done stays."""
