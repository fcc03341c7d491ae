"""Writing to DynamoDB: several items as one, or a single one, with retries after conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lookalike.errors import (
    BadParameterError,
    StorageUnavailableError,
    TransactionTooLargeError,
)
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.errors import (
    BUSY,
    CONFLICT,
    THROTTLED,
    UNMET_CONDITION,
    cancellation_reasons,
    translated_errors,
)
from lookalike.storage.dynamodb.item_changes import ItemChange, Key, Request, Table, is_key
from lookalike.storage.dynamodb.items import item_bytes
from lookalike.storage.retries import RetryPolicy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

MAX_CHANGES = 100
"""Items of one transaction."""

MAX_BYTES = 4_000_000
"""Bytes of the items of one transaction: DynamoDB takes 4 MB."""

MAX_ITEM_BYTES = 400_000
"""Bytes of one item: DynamoDB takes 400 KB, and counts a few bytes more than we do."""


class Writer:
    """Writes all of several changes, or none.

    Args:
        client: client of DynamoDB.
        retries: for conflicts with others that write the same items.
    """

    def __init__(self, client: DynamoDBClient, retries: RetryPolicy) -> None:
        self._client = client
        self._retries = retries

    def commit(self, changes: Sequence[ItemChange]) -> None:
        """Write all changes, or none of them.

        Raises:
            BadParameterError: an item is larger than ``MAX_ITEM_BYTES``.
            TransactionTooLargeError: there are more than ``MAX_CHANGES`` or ``MAX_BYTES``.
            StorageUnavailableError: DynamoDB is busy or does not answer.
        """
        if changes:
            _require_fitting(changes)
            with translated_errors():
                self._commit(changes)

    def remove(self, table: Table, key: Key, condition: str, **values: Item) -> bool:
        """Delete an item if a condition is met; whether it was.

        Args:
            table: table of the item.
            key: key of the item.
            condition: expression that no absent item meets.
            values: values of the condition's ``:name`` placeholders.

        Raises:
            StorageUnavailableError: DynamoDB is busy or does not answer.
        """
        if not all(map(is_key, key)):
            return False
        request: dict[str, Any] = {"TableName": table.name, "Key": table.key_attributes(key)}
        request["ConditionExpression"] = condition
        if values:
            request["ExpressionAttributeValues"] = {f":{name}": v for name, v in values.items()}
        with translated_errors():
            for _ in self._retries.attempts():
                try:
                    self._client.delete_item(**request)
                except ClientError as exc:
                    [reason] = cancellation_reasons(exc)
                    if reason["Code"] == UNMET_CONDITION:
                        return False
                    if reason["Code"] != CONFLICT:
                        raise
                else:
                    return True
        raise StorageUnavailableError(BUSY)

    def _commit(self, changes: Sequence[ItemChange]) -> None:
        for _ in self._retries.attempts():
            try:
                self._send([change.request() for change in changes])
            except ClientError as exc:
                changes = _corrected(changes, exc)
            else:
                return
        raise StorageUnavailableError(BUSY)

    def _send(self, requests: Sequence[Request]) -> None:
        if len(requests) > 1:
            transact: Callable[..., object] = self._client.transact_write_items
            transact(TransactItems=requests)
            return
        # A single write is atomic by itself, and costs half as much as in a transaction.
        [(kind, parameters)] = requests[0].items()
        writes: dict[str, Callable[..., object]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        writes[kind](**parameters)


def _require_fitting(changes: Sequence[ItemChange]) -> None:
    """Refuse writes that DynamoDB would refuse, with a reason."""
    sizes = [item_bytes(change.after(None)) for change in changes]
    if max(sizes) > MAX_ITEM_BYTES:
        raise BadParameterError(f"An entry of {max(sizes):,} bytes is too large to be stored.")
    if len(sizes) > MAX_CHANGES or sum(sizes) > MAX_BYTES:
        raise TransactionTooLargeError(
            f"{len(sizes)} entries of {sum(sizes):,} bytes cannot be written as one, only up to "
            f"{MAX_CHANGES} of {MAX_BYTES:,} bytes; nothing was written. Write fewer at once."
        )


def _corrected(changes: Sequence[ItemChange], error: ClientError) -> list[ItemChange]:
    """The changes to try next.

    Raises:
        ClientError: retrying does not help.
    """
    reasons = cancellation_reasons(error)
    codes = {reason["Code"] for reason in reasons} - {"None"}
    if len(reasons) != len(changes) or not codes <= {CONFLICT, UNMET_CONDITION, *THROTTLED}:
        raise error
    return [
        change.corrected(reason.get("Item")) if reason["Code"] == UNMET_CONDITION else change
        for change, reason in zip(changes, reasons, strict=True)
    ]
