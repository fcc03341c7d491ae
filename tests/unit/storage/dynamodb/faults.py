"""What goes wrong between us and DynamoDB, put before the calls of a client."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

Answer = dict[str, Any]
Call = Callable[[], Answer]
Fault = Callable[[Call], Answer]
"""Answers a call, making it or not."""


class Faults:
    """Calls of one client: an operation meets its faults first, one per call, then is called.

    Args:
        make: makes a call of the client.
    """

    def __init__(self, make: Callable[[str, dict[str, Any]], Answer]) -> None:
        self._make = make
        self._planned: dict[str, deque[Fault]] = {}
        self.calls: list[str] = []

    def plan(self, operation: str, *faults: Fault) -> None:
        """What the next calls of an operation meet."""
        self._planned.setdefault(operation, deque()).extend(faults)

    def call(self, operation: str, parameters: dict[str, Any]) -> Answer:
        """In the place of the client's own."""
        self.calls.append(operation)
        planned = self._planned.get(operation)
        if planned:
            return planned.popleft()(lambda: self._make(operation, parameters))
        return self._make(operation, parameters)


def refused(code: str) -> Fault:
    """Nothing is done."""

    def answer(_: Call) -> Answer:
        raise ClientError({"Error": {"Code": code, "Message": "of table secret-name"}}, "Any")

    return answer


def cancelled(*codes: str) -> Fault:
    """A transaction is cancelled, for a reason an item; ``None``: not because of that one."""

    def answer(_: Call) -> Answer:
        reasons: Sequence[Answer] = [{"Code": code} for code in codes]
        error: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
            "CancellationReasons": reasons,
        }
        raise ClientError(error, "TransactWriteItems")

    return answer


def lost(call: Call) -> Answer:
    """It is done, but the answer never arrives."""
    call()
    raise ReadTimeoutError(endpoint_url="https://dynamodb.example")


def never_sent(_: Call) -> Answer:
    """It is not done, and no answer arrives."""
    raise ReadTimeoutError(endpoint_url="https://dynamodb.example")


def after(happening: Callable[[], object]) -> Fault:
    """Somebody else is a moment faster."""

    def answer(call: Call) -> Answer:
        happening()
        return call()

    return answer
