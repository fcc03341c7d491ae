"""Changes of single items: what each asks of DynamoDB, and what an item is after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from lookalike.errors import BadParameterError
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.schema import MAX_KEY_BYTES, TableSchema

Key = tuple[str, ...]
"""The values of a table's key attributes, in order; a number as its decimals."""

Request = dict[str, dict[str, Any]]
"""One write as ``TransactWriteItems`` takes it: ``{"Put" | "Update" | "Delete": parameters}``."""


def is_key(text: str) -> bool:
    """Whether DynamoDB takes a text as a key: it is neither empty nor too long."""
    return 0 < len(text.encode()) <= MAX_KEY_BYTES


def require_key(text: str) -> None:
    """Refuse what DynamoDB does not take as a key.

    Raises:
        BadParameterError: it is empty or too long.
    """
    if not is_key(text):
        raise BadParameterError(
            f"A key must have 1 to {MAX_KEY_BYTES} bytes: {text[:50]!r} has not."
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
    """What is to become of one item."""

    table: Table
    key: Key

    @abstractmethod
    def request(self) -> Request:
        """The write."""

    @abstractmethod
    def after(self, stored: Item | None) -> Item | None:
        """What the item will be, given what it is; ``None``: there is none."""

    def corrected(self, stored: Item | None) -> ItemChange:  # noqa: ARG002 - for those that care
        """The same change, told what is stored in truth after its condition was not met."""
        return self


@dataclass(frozen=True, slots=True)
class Put(ItemChange):
    """An item, whatever there was."""

    item: Item

    @override
    def request(self) -> Request:
        return {"Put": {"TableName": self.table.name, "Item": self.item}}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item


@dataclass(frozen=True, slots=True)
class Delete(ItemChange):
    """No item, whatever there was."""

    @override
    def request(self) -> Request:
        key = self.table.key_attributes(self.key)
        return {"Delete": {"TableName": self.table.name, "Key": key}}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return None
