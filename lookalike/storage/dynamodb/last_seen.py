"""The change of a picture's item when a product registers the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import INTEGER, Item
from lookalike.storage.dynamodb.item_changes import ItemChange, Request
from lookalike.storage.dynamodb.items import last_seen
from lookalike.storage.dynamodb.schema import LAST_SEEN, TIMES_SEEN


@dataclass(frozen=True, slots=True)
class LastSeenUpdate(ItemChange):
    """Creates a picture's item, or updates when the stored picture was last seen.

    Each registration is also counted. So whoever removes a picture can make sure that it was not
    registered meanwhile, even within the same second.

    Attributes:
        item: the item to create.
        stored: the stored item, as far as is known; the write has it as its condition.
    """

    item: Item
    stored: Item | None

    @override
    def request(self) -> Request:
        if self.stored is None:
            return {
                "Put": {
                    "TableName": self.table.name,
                    "Item": self.item,
                    "ConditionExpression": f"attribute_not_exists({LAST_SEEN})",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            }
        if last_seen(self.stored) < last_seen(self.item):
            return {
                "Update": self._update(
                    f"SET {LAST_SEEN} = :seen ADD {TIMES_SEEN} :once",
                    f"{LAST_SEEN} < :seen",
                    {":seen": self.item[LAST_SEEN]},
                )
            }
        count = f"ADD {TIMES_SEEN} :once"
        return {"Update": self._update(count, f"attribute_exists({LAST_SEEN})", {})}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item if stored is None else _with_later_time(stored, self.item)

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        return replace(self, stored=stored)

    def merged_with(self, item: Item) -> LastSeenUpdate:
        """Combine this update with another registration of the same picture."""
        return replace(self, item=_with_later_time(self.item, item))

    def _update(self, expression: str, condition: str, values: Item) -> dict[str, Any]:
        return {
            "TableName": self.table.name,
            "Key": self.table.key_attributes(self.key),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":once": INTEGER.write(1), **values},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _with_later_time(item: Item, other: Item) -> Item:
    """The item with the later of both times; nothing else of a picture ever changes."""
    return {**item, LAST_SEEN: max(item, other, key=last_seen)[LAST_SEEN]}
