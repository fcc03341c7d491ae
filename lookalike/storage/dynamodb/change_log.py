"""The log of a small index in DynamoDB: one item for each ``seq``, and one for the state.

An append writes the next ``seq`` and the state in one transaction, on the condition that the state
still has the one before. So there are no gaps, whoever else appends, and a reader that has
read the state finds all changes up to its head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from typing_extensions import override

from lookalike.errors import StorageUnavailableError
from lookalike.pictures import VectorEntry
from lookalike.storage.dynamodb.attributes import (
    BINARIES,
    INTEGER,
    TEXT,
    Codecs,
    Item,
    read_item,
    write_item,
)
from lookalike.storage.dynamodb.errors import (
    BUSY,
    CONFLICT,
    TABLE_RETRIES,
    THROTTLED,
    UNMET_CONDITION,
    cancellation_reasons,
    error_code,
    translated_errors,
)
from lookalike.storage.dynamodb.schema import HASHES, INDEX_NAME, SEQ
from lookalike.storage.refusals import FIELD_BYTES
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.small.change_log import ChangeLog, ChangesTrimmedError, LogState
from lookalike.storage.small.snapshots import SnapshotRef
from lookalike.storage.synced_index import IndexChange, Removal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_STATE = 0
_HEAD = "head"
_CHANGES = "changes"
_ID = "id"
_SNAPSHOT: Codecs = {
    "key": TEXT,
    "sha256": TEXT,
    "size": INTEGER,
    "count": INTEGER,
    "seq": INTEGER,
}
_DELETE_BATCH_SIZE = 25
"""Items that one ``BatchWriteItem`` takes."""
_OTHERS_WRITE = {"None", CONFLICT, UNMET_CONDITION, *THROTTLED}


class DynamodbChangeLog(ChangeLog):
    """A partition of the table of changes.

    Args:
        client: client of DynamoDB.
        table: name of the table.
        index: name of the index, which is the partition.
        retries: for appends while others append, too.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        index: str,
        retries: RetryPolicy = TABLE_RETRIES,
    ) -> None:
        self._client = client
        self._table = table
        self._index = index
        self._retries = retries

    @override
    def state(self) -> LogState:
        with translated_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=self._key(_STATE), ConsistentRead=True
            )
        item: Item = dict(answer.get("Item", {}))
        head = INTEGER.read(item[_HEAD]) if _HEAD in item else 0
        return LogState(head, _snapshot_in(item, "snapshot"), _snapshot_in(item, "previous"))

    @override
    def append(self, changes: Sequence[IndexChange]) -> None:
        written = {_CHANGES: {"L": [{"M": _item_of(change)} for change in changes]}}
        with translated_errors():
            for _ in self._retries.attempts():
                if self._append_after(self.state().head, written):
                    return
        raise StorageUnavailableError(BUSY)

    @override
    def changes(self, after: int, upto: int) -> list[IndexChange]:
        found: list[IndexChange] = []
        expected = after
        for item in self._between(after + 1, upto):
            expected += 1
            if INTEGER.read(item[SEQ]) != expected:
                break
            found += [_change_in(part["M"]) for part in item[_CHANGES]["L"]]
        else:
            if expected == max(after, upto):
                return found
        raise ChangesTrimmedError(f"Change {expected} is no longer in the log.")

    @override
    def publish(self, snapshot: SnapshotRef, replaced: SnapshotRef | None) -> bool:
        request = self._publication(snapshot, replaced)
        with translated_errors():
            try:
                self._client.update_item(**request)
            except ClientError as error:
                if error_code(error).startswith(UNMET_CONDITION):
                    return False
                raise
        return True

    @override
    def trim(self, upto: int) -> None:
        items = self._between(_STATE + 1, upto, ProjectionExpression="#seq")
        keys = [self._key(INTEGER.read(item[SEQ])) for item in items]
        with translated_errors():
            for first in range(0, len(keys), _DELETE_BATCH_SIZE):
                batch = keys[first : first + _DELETE_BATCH_SIZE]
                self._delete([{"DeleteRequest": {"Key": key}} for key in batch])

    def _publication(self, snapshot: SnapshotRef, replaced: SnapshotRef | None) -> dict[str, Any]:
        names, values = {"#snapshot": "snapshot"}, {":new": _snapshot_item(snapshot)}
        update, condition = "SET #snapshot = :new", "attribute_not_exists(#snapshot)"
        if replaced is not None:
            names |= {"#previous": "previous", "#key": "key"}
            values |= {":old": _snapshot_item(replaced), ":key": TEXT.write(replaced.key)}
            update, condition = f"{update}, #previous = :old", "#snapshot.#key = :key"
        return {
            "TableName": self._table,
            "Key": self._key(_STATE),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def _append_after(self, head: int, written: Item) -> bool:
        """Append as the number after ``head``; whether that still was the last one."""
        values = {":next": INTEGER.write(head + 1)}
        if head:
            values[":head"] = INTEGER.write(head)
        state: Any = {
            "TableName": self._table,
            "Key": self._key(_STATE),
            "UpdateExpression": "SET #head = :next",
            "ConditionExpression": "#head = :head" if head else "attribute_not_exists(#head)",
            "ExpressionAttributeNames": {"#head": _HEAD},
            "ExpressionAttributeValues": values,
        }
        change: Any = {"TableName": self._table, "Item": {**self._key(head + 1), **written}}
        try:
            self._client.transact_write_items(TransactItems=[{"Update": state}, {"Put": change}])
        except ClientError as error:
            if {reason["Code"] for reason in cancellation_reasons(error)} <= _OTHERS_WRITE:
                return False
            raise
        return True

    def _between(self, first: int, last: int, **parameters: Any) -> Iterator[Item]:  # noqa: ANN401 - of boto3
        if first > last:
            return
        with translated_errors():
            pages: Any = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression=f"{INDEX_NAME} = :index AND #seq BETWEEN :first AND :last",
                ExpressionAttributeNames={"#seq": SEQ},
                ExpressionAttributeValues={
                    ":index": TEXT.write(self._index),
                    ":first": INTEGER.write(first),
                    ":last": INTEGER.write(last),
                },
                ConsistentRead=True,
                **parameters,
            )
            for page in pages:
                yield from page["Items"]

    def _delete(self, requests: list[Any]) -> None:
        for _ in self._retries.attempts():
            answer = self._client.batch_write_item(RequestItems={self._table: requests})
            requests = answer["UnprocessedItems"].get(self._table, [])
            if not requests:
                return
        raise StorageUnavailableError(BUSY)

    def _key(self, seq: int) -> Item:
        return {INDEX_NAME: TEXT.write(self._index), SEQ: INTEGER.write(seq)}


def _item_of(change: IndexChange) -> Item:
    named = {_ID: TEXT.write(change.fingerprint_id)}
    if isinstance(change, Removal):
        return named
    hashes = {name: value for name, value in change.hashes.items() if name in FIELD_BYTES}
    return {**named, "version": TEXT.write(change.version), HASHES: BINARIES.write(hashes)}


def _change_in(item: Item) -> IndexChange:
    fingerprint_id = TEXT.read(item[_ID])
    if HASHES not in item:
        return Removal(fingerprint_id)
    return VectorEntry(fingerprint_id, TEXT.read(item["version"]), BINARIES.read(item[HASHES]))


def _snapshot_in(item: Item, name: str) -> SnapshotRef | None:
    return SnapshotRef(**read_item(item[name]["M"], _SNAPSHOT)) if name in item else None


def _snapshot_item(snapshot: SnapshotRef) -> Item:
    return {"M": write_item(snapshot, _SNAPSHOT)}
