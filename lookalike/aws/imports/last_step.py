"""What the last step of an import is told: by its state machine, or by what has stopped that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

IN_WORDS = {
    "States.ExceedToleratedFailureThreshold": "more than 5 % of its batches failed, or may not "
    "run: see the alarms import_batch-errors and batch-spending",
    "ABORTED": "its execution was stopped",
    "TIMED_OUT": "its execution took too long",
    "FAILED": "its execution failed",
}
"""Errors, and ends of executions."""


@dataclass(frozen=True, slots=True)
class LastStep:
    """What the last step is told.

    Attributes:
        import_id: of the run.
        attempt: its number.
        error: what has stopped the state machine; empty if nothing has.
    """

    import_id: str
    attempt: int
    error: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Self:
        """Read what the state machine says, or EventBridge of an execution that has ended.

        (Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html)

        Raises:
            LookupError, ValueError: the event is neither.
        """
        execution = event.get("detail")
        if execution is None:
            error = event.get("error", {}).get("Error", "")
            return cls(event["import_id"], event["attempt"], IN_WORDS.get(error, error))
        told = json.loads(execution["input"])
        status = execution["status"]
        # Of another end, the cause is what the function raised, with its stack trace.
        said = execution.get("cause") if status == "ABORTED" else None
        error = said or IN_WORDS[status]
        return cls(told["import_id"], told["attempt"], error)
