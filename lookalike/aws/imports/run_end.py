"""The change that ends an import run, so that others are written together with it or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import INTEGER, NUMBER, TEXT, Item
from lookalike.storage.dynamodb.item_changes import ItemChange, Request
from lookalike.storage.run_state import RunState

ATTEMPT = "attempt"


class RunEndedError(Exception):
    """The run has ended before, or goes on in another attempt."""


@dataclass(frozen=True, slots=True)
class EndRun(ItemChange):
    """End a run that works on an attempt.

    Attributes:
        attempt: its number.
        state: in which the run ends.
        finished_at: seconds since the epoch (UTC).
        detail: why, or what else there is to say.
    """

    attempt: int
    state: RunState
    finished_at: float
    detail: str

    @override
    def request(self) -> Request:
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": self.table.key_attributes(self.key),
                "UpdateExpression": "SET #state = :state, finished_at = :now, detail = :detail",
                "ConditionExpression": f"#state = :running AND {ATTEMPT} = :attempt",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {
                    ":state": TEXT.write(self.state.value),
                    ":now": NUMBER.write(self.finished_at),
                    ":detail": TEXT.write(self.detail),
                    ":running": TEXT.write(RunState.RUNNING.value),
                    ":attempt": INTEGER.write(self.attempt),
                },
            }
        }

    @override
    def after(self, stored: Item | None) -> Item | None:
        return stored

    @override
    def corrected(self, stored: Item | None) -> NoReturn:
        raise RunEndedError
