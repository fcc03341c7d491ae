"""The change of a picture's item when a product registers the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import BINARIES, INTEGER, Item
from lookalike.storage.dynamodb.item_changes import ItemChange, Request
from lookalike.storage.dynamodb.items import last_seen
from lookalike.storage.dynamodb.schema import EMBEDDINGS, LAST_SEEN, TIMES_SEEN
from lookalike.storage.dynamodb.update_parts import UpdatePart, added_embeddings, update_request


@dataclass(frozen=True, slots=True)
class LastSeenUpdate(ItemChange):
    """Creates a picture's item, or updates when the stored picture was last seen.

    Each registration is also counted. So whoever removes a picture can make sure that it was not
    registered meanwhile, even within the same second. Embeddings that the stored picture lacks are
    added, such as those of a model that was away before; what it has stays.

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
        packed = _lacking(self.stored, self.item)
        added = added_embeddings(packed, has_others=EMBEDDINGS in self.stored)
        return update_request(self.table, self.key, [self._seen(self.stored), *added])

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item if stored is None else _merged(stored, self.item)

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        return replace(self, stored=stored)

    def merged_with(self, item: Item) -> LastSeenUpdate:
        """Combine this update with another registration of the same picture."""
        return replace(self, item=_merged(self.item, item))

    def _seen(self, stored: Item) -> UpdatePart:
        """Count the registration, and let the picture be seen then, unless it was seen later."""
        once = {":once": INTEGER.write(1)}
        count = [f"{TIMES_SEEN} :once"]
        if last_seen(stored) < last_seen(self.item):
            return UpdatePart(
                sets=[f"{LAST_SEEN} = :seen"],
                added=count,
                conditions=[f"{LAST_SEEN} < :seen"],
                values={":seen": self.item[LAST_SEEN], **once},
            )
        return UpdatePart(added=count, conditions=[f"attribute_exists({LAST_SEEN})"], values=once)


def _merged(item: Item, other: Item) -> Item:
    """The item with the later of both times, and the embeddings of the other one that it lacks.

    Nothing else of a picture ever changes.
    """
    latest = {**item, LAST_SEEN: max(item, other, key=last_seen)[LAST_SEEN]}
    packed = _lacking(item, other)
    return {**latest, EMBEDDINGS: BINARIES.write(_embeddings(item) | packed)} if packed else latest


def _lacking(item: Item, other: Item) -> dict[str, bytes]:
    """The embeddings that an item lacks and another one of its picture has."""
    has = _embeddings(item)
    return {version: each for version, each in _embeddings(other).items() if version not in has}


def _embeddings(item: Item) -> dict[str, bytes]:
    return dict(BINARIES.read(item[EMBEDDINGS])) if EMBEDDINGS in item else {}
