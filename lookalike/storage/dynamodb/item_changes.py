"""Changes of single items: the write that each sends, and the item after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from lookalike.errors import BadParameterError
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.schema import MAX_KEY_BYTES, TableSchema

Key = tuple[str, ...]
"""The values of a table's key attributes, in order; numbers as decimals."""

Request = dict[str, dict[str, Any]]
"""One write for ``TransactWriteItems``: ``{"Put" | "Update" | "Delete": parameters}``."""


def is_key(text: str) -> bool:
    """Return whether a text can be a key in DynamoDB: it is neither empty nor too long."""
    return 0 < len(text.encode()) <= MAX_KEY_BYTES


def require_key(text: str) -> None:
    """Refuse a text that cannot be a key in DynamoDB.

    Raises:
        BadParameterError: the text is empty or too long.
    """
    if not is_key(text):
        raise BadParameterError(
            f"A key must have 1 to {MAX_KEY_BYTES} bytes: {text[:50]!r} does not."
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one deployment."""

    name: str
    schema: TableSchema

    def item_key(self, item: Item) -> Key:
        """The key of an item."""
        return tuple(item[part.name][part.kind] for part in self.schema.key)

    def key_attributes(self, key: Key) -> Item:
        """The attributes of a key."""
        parts = zip(self.schema.key, key, strict=True)
        return {part.name: {part.kind: value} for part, value in parts}


@dataclass(frozen=True, slots=True)
class ItemChange(ABC):
    """A change of one item."""

    table: Table
    key: Key

    @abstractmethod
    def request(self) -> Request:
        """The write that makes the change."""

    @abstractmethod
    def after(self, stored: Item | None) -> Item | None:
        """The item after the change, given the stored one; ``None``: there is no item."""

    def corrected(self, stored: Item | None) -> ItemChange:  # noqa: ARG002 - for subclasses
        """The change to try after its condition was not met, given the item that is stored."""
        return self


class ItemGoneError(Exception):
    """An item that was to be deleted is no longer there."""


@dataclass(frozen=True, slots=True)
class Put(ItemChange):
    """Put an item, whatever is stored."""

    item: Item

    @override
    def request(self) -> Request:
        return {"Put": {"TableName": self.table.name, "Item": self.item}}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item


@dataclass(frozen=True, slots=True)
class Delete(ItemChange):
    """Delete an item, whatever is stored."""

    @override
    def request(self) -> Request:
        key = self.table.key_attributes(self.key)
        return {"Delete": {"TableName": self.table.name, "Key": key}}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return None


@dataclass(frozen=True, slots=True)
class StoredDelete(Delete):
    """Delete an item that is there: of two who delete it at once, one has deleted it."""

    @override
    def request(self) -> Request:
        condition = f"attribute_exists({self.table.schema.key[0].name})"
        [(kind, parameters)] = super(StoredDelete, self).request().items()
        return {kind: {**parameters, "ConditionExpression": condition}}

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        """Nothing is left to be deleted.

        Raises:
            ItemGoneError: always.
        """
        raise ItemGoneError
