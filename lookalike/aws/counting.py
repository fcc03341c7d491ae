"""Changes that count a batch on its run exactly once, whichever function does it how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import INTEGER, Item
from lookalike.storage.dynamodb.item_changes import ItemChange, Request
from lookalike.storage.dynamodb.schema import IMPORT_ID, RUN_ROW

_FIRST_MARK = RUN_ROW - 1
"""The row number of the first mark of batch 0; all others are below it."""


class Counted(IntEnum):
    """What is counted of a batch, each once."""

    LOADED = 0
    """What has become of its rows."""
    REFUSED = 1
    """Rows of the catalogue that are in no batch, since they cannot be loaded."""
    TAKEN_BACK = 2
    """Its failed rows, which are tried again."""


class AlreadyCountedError(Exception):
    """It was counted before."""


def mark_row(number: int, what: Counted) -> str:
    """The row number of the item that marks something of a batch as counted."""
    return str(_FIRST_MARK - number * len(Counted) - what)


@dataclass(frozen=True, slots=True)
class Mark(ItemChange):
    """Mark something as counted, unless it is."""

    item: Item

    @override
    def request(self) -> Request:
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": self.item,
                "ConditionExpression": f"attribute_not_exists({IMPORT_ID})",
            }
        }

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item

    @override
    def corrected(self, stored: Item | None) -> NoReturn:
        raise AlreadyCountedError


@dataclass(frozen=True, slots=True)
class Count(ItemChange):
    """Add numbers of rows to those of a run."""

    counts: Mapping[str, int]

    @override
    def request(self) -> Request:
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": self.table.key_attributes(self.key),
                "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in self.counts),
                "ExpressionAttributeNames": {f"#{name}": name for name in self.counts},
                "ExpressionAttributeValues": {
                    f":{name}": INTEGER.write(count) for name, count in self.counts.items()
                },
            }
        }

    @override
    def after(self, stored: Item | None) -> Item | None:
        return stored
