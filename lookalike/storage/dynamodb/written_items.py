"""Items of the products table that another program wrote: with an ``image_url``, not registered.

A product that is registered has a fingerprint; an item without one is none, and neither checks nor
lists show it. Registering it replaces the item. Where its picture is refused, the item gets the
reason, in its attribute ``refused``, until its ``image_url`` changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from lookalike.errors import StorageUnavailableError
from lookalike.storage.dynamodb.attributes import TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import translated_errors
from lookalike.storage.dynamodb.item_changes import ItemChange, Request, Table
from lookalike.storage.dynamodb.schema import ENTITY_ID, FINGERPRINT_ID, FURTHER_OF, PRODUCTS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

IMAGE_URL = "image_url"
REFUSED = "refused"
_UNTOUCHED = f"attribute_not_exists({FINGERPRINT_ID}) AND {IMAGE_URL} = :image_url"
"""The condition of all writes: nobody has registered or changed the item meanwhile."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the picture of an item is refused.

    Attributes:
        image_url: the picture.
        code: for programs.
        detail: sentence for people.
    """

    image_url: str
    code: str
    detail: str


def refusal_of(item: Mapping[str, Any]) -> Refusal | None:
    """The refusal of an item, if it has one and names that picture still."""
    try:
        refusal = Refusal(**json.loads(item[REFUSED]["S"]))
    except (LookupError, TypeError, ValueError):
        return None
    return refusal if item.get(IMAGE_URL) == TEXT.write(refusal.image_url) else None


def is_waiting(item: Mapping[str, Any]) -> bool:
    """Return whether an item is to be registered: it names a picture that was not refused."""
    is_ours = FINGERPRINT_ID in item or FURTHER_OF in item
    return not is_ours and "S" in item.get(IMAGE_URL, {}) and refusal_of(item) is None


def why_unregistered(item: Mapping[str, Any]) -> str | None:
    """Why an item is no product, as a sentence; ``None``: it is one, or stands for a picture."""
    if FINGERPRINT_ID in item or FURTHER_OF in item:
        return None
    if refusal := refusal_of(item):
        return f"Its picture was refused ({refusal.code}): {refusal.detail}"
    if is_waiting(item):
        return "Another program has written it, and it is registered in a moment."
    return "Another program has written it without an image_url."


class WrittenItems:
    """The items of a table that another program wrote.

    Args:
        client: client of DynamoDB.
        database: reads the table consistently.
        name: name of the table.
    """

    def __init__(self, client: DynamoDBClient, database: DynamodbDatabase, name: str) -> None:
        self._client = client
        self._database = database
        self._table = Table(name, PRODUCTS)

    def waiting(self, entity_ids: Iterable[str]) -> dict[str, Item]:
        """Those of these items that are to be registered, by entity id."""
        found = self._database.read(self._table, ((entity_id,) for entity_id in entity_ids))
        return {key: item for (key,), item in found.items() if is_waiting(item)}

    def refuse(self, item: Item, code: str, detail: str) -> bool:
        """Note on an item why it is refused, unless it was changed meanwhile; whether it was.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
        """
        refusal = {"image_url": item[IMAGE_URL]["S"], "code": code, "detail": detail}
        with translated_errors():
            try:
                self._client.update_item(
                    TableName=self._table.name,
                    Key={ENTITY_ID: item[ENTITY_ID]},
                    UpdateExpression=f"SET {REFUSED} = :refused",
                    ConditionExpression=_UNTOUCHED,
                    ExpressionAttributeValues={
                        ":refused": TEXT.write(json.dumps(refusal, ensure_ascii=False)),
                        ":image_url": item[IMAGE_URL],
                    },
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True


@dataclass(frozen=True, slots=True)
class PutUnlessWritten(ItemChange):
    """Put an item, unless another program wrote it again since it was read.

    Attributes:
        item: the item.
        image_url: of the item that was read.
    """

    item: Item
    image_url: Item

    @override
    def request(self) -> Request:
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": self.item,
                "ConditionExpression": _UNTOUCHED,
                "ExpressionAttributeValues": {":image_url": self.image_url},
            }
        }

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        raise StorageUnavailableError("Another program wrote the item meanwhile.")
