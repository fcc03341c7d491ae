"""A DynamoDB table of another program as a feed: read in segments, from where it was left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lookalike.catalogue.feeds.feed import Feed, Record, Value, surveyed
from lookalike.storage.aws_access import translated_aws_errors
from lookalike.storage.scan_progress import Cursor, ScanProgress, segment_pages

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHAPE = ("entity_id", "sku", "small_image")
"""Columns of the table that is taken over, beside its hash."""
OLD_HASH = "phash"
"""Not read: pictures are fingerprinted anew."""
PAGE_SIZE = 1_000
"""Items of one page. What is left of a page is read again by the run that goes on."""
_LISTS = {"L", "SS", "NS"}


@dataclass(frozen=True, slots=True)
class _Page:
    segment: int
    items: Sequence[Mapping[str, Any]]
    cursor: Cursor


class TableFeed:
    """Reads a table whose items have ``entity_id``, ``sku``, ``small_image`` and ``phash``.

    Nothing is ever written to it. The next page of each segment is read while rows are loaded, and
    no other: the table is read at the pace of the pictures.

    Args:
        client: client of DynamoDB.
        progress: the table, its segments, and how far each was read before.

    Attributes:
        items: about how many items the table has; DynamoDB counts them every six hours.
    """

    def __init__(self, client: DynamoDBClient, progress: ScanProgress) -> None:
        self._client = client
        self._before = progress
        self._ends = deque[tuple[int, int, Cursor]]()
        with translated_aws_errors():
            table = client.describe_table(TableName=progress.table)["Table"]
        self.items = table.get("ItemCount", 0)

    def feed(self) -> Feed:
        """The items that are left, in no particular order.

        Raises:
            SettingInvalidError: AWS refuses, or there is no such table; also while it is read.
        """
        feed = surveyed("DynamoDB table", self._records())
        return feed if feed.columns else replace(feed, columns=SHAPE)

    def progress(self, settled: int) -> ScanProgress:
        """How far the table is read, where all records up to a number are settled."""
        progress = self._before
        while self._ends and self._ends[0][0] <= settled:
            progress = progress.at(*self._ends.popleft())
        self._before = progress
        return progress

    def _records(self) -> Iterator[Record]:
        number = self._before.records
        for page in self._pages():
            for number, item in enumerate(page.items, number + 1):  # noqa: B020 - counts on
                yield Record(number, values_of_item(item))
            self._ends.append((number, page.segment, page.cursor))

    def _pages(self) -> Iterator[_Page]:
        """The pages of all segments, as they arrive."""
        threads = self._before.segments
        for segment, cursor, items in segment_pages(self._before, self._read, threads):
            yield _Page(segment, items, cursor)

    def _read(self, segment: int, cursor: Cursor) -> tuple[Sequence[Mapping[str, Any]], Cursor]:
        start = {"ExclusiveStartKey": cursor} if cursor else {}
        scan: Callable[..., Any] = self._client.scan
        with translated_aws_errors():
            answer = scan(
                TableName=self._before.table,
                Segment=segment,
                TotalSegments=self._before.segments,
                Limit=PAGE_SIZE,
                ConsistentRead=True,
                **start,
            )
        return answer["Items"], answer.get("LastEvaluatedKey")


def values_of_item(item: Mapping[str, Any]) -> dict[str, Value]:
    """The attributes of an item as the texts that CSV would have; maps and bytes are not read."""
    values = {name: _value(stored) for name, stored in item.items() if name != OLD_HASH}
    return {name: value for name, value in values.items() if value is not None}


def _value(stored: Mapping[str, Any]) -> Value | None:
    [(kind, value)] = stored.items()
    if kind in _LISTS:
        parts = (part if isinstance(part, str) else _value(part) for part in value)
        return [part for part in parts if isinstance(part, str)]
    if kind == "BOOL":
        return str(value).lower()
    return str(value) if kind in {"S", "N"} else None
