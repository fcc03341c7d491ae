"""Items of long runs in the table of imports, which many functions change at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lookalike.aws.counting import AlreadyCountedError, Count, Mark
from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import (
    TABLE_RETRIES,
    UNMET_CONDITION,
    error_code,
    translated_errors,
)
from lookalike.storage.dynamodb.item_changes import ItemChange, Key, Put, Table
from lookalike.storage.dynamodb.schema import IMPORTS, RUNS_EXPIRE_AT
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.run_state import RunState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS = 30 * 24 * 60 * 60
"""How long runs are kept: the table forgets them by their time to live."""
_STATE = {"#state": "state"}
_RUNNING = {":running": TEXT.write(RunState.RUNNING.value)}
_COUNTING_RETRIES = RetryPolicy(deadline=60, longest_pause=2)
"""All functions of a run count on one item, and get in each other's way."""


class RunItems:
    """The items of runs.

    Args:
        client: client of DynamoDB.
        table: name of the table of imports.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, client: DynamoDBClient, table: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self.table = Table(table, IMPORTS)
        self.database = DynamodbDatabase(client, TABLE_RETRIES)
        self._counting = DynamodbDatabase(client, _COUNTING_RETRIES)
        self.clock = clock

    def read(self, key: Key) -> Item | None:
        """The item as it is stored."""
        return self.database.read(self.table, [key]).get(key)

    def put(self, items: Iterable[Item]) -> None:
        """Write items as one."""
        with self.database.transaction():
            self.database.write([
                Put(self.table, self.table.item_key(item), item | self._expiry())
                for item in items
            ])  # fmt: skip

    def count_once(
        self, mark: Key, run: Key, counts: Mapping[str, int], others: Sequence[ItemChange] = ()
    ) -> None:
        """Add to the numbers of a run, unless there is this mark already.

        Args:
            mark: the item that says that it was counted.
            run: the item whose numbers grow.
            counts: what is added to each.
            others: changes that are made at the same time.
        """
        item = self.table.key_attributes(mark) | self._expiry()
        changes = [Mark(self.table, mark, item), Count(self.table, run, counts), *others]
        try:
            with self._counting.transaction():
                self._counting.write(changes)
        except AlreadyCountedError:
            return

    def change(
        self,
        key: Key,
        update: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        condition: str = "#state = :running",
    ) -> bool:
        """Change an item if it meets the condition; whether it does.

        ``#state`` is the attribute ``state``, and ``:running`` its value in runs that work.
        """
        has_state = "#state" in update + condition  # what is not used must not be named
        with translated_errors():
            try:
                self._client.update_item(
                    TableName=self.table.name,
                    Key=self.table.key_attributes(key),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={**(_STATE if has_state else {}), **(names or {})},
                    ExpressionAttributeValues={**(_RUNNING if has_state else {}), **values},
                )
            except ClientError as error:
                if error_code(error) != f"{UNMET_CONDITION}Exception":
                    raise
                return False
        return True

    def _expiry(self) -> Item:
        return {RUNS_EXPIRE_AT: INTEGER.write(int(self.clock()) + KEPT_SECONDS)}
