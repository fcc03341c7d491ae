"""Finds the products that show a picture, by the index ``by_fingerprint`` of their table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lookalike.products import Product
from lookalike.storage.dynamodb.attributes import TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.further_pictures import entity_id_of, is_product
from lookalike.storage.dynamodb.item_changes import Table, is_key
from lookalike.storage.dynamodb.items import product_from
from lookalike.storage.dynamodb.schema import BY_FINGERPRINT, FINGERPRINT_ID

_FIRST_PAGE_SIZE = 100
"""Products on the first page of those that show a picture. Further pages have 1 MB, about two
thousand products."""


def stored_showing(
    database: DynamodbDatabase, table: Table, fingerprint_id: str
) -> Iterator[Product]:
    """The stored products that show a picture, by entity id ascending, read lazily.

    Args:
        database: reads items.
        table: of products.
        fingerprint_id: of the picture; one that cannot be a key is shown by none.

    Raises:
        StorageUnavailableError: DynamoDB does not answer.
    """
    if not is_key(fingerprint_id):
        return
    for page in _pages(database, table, fingerprint_id):
        for product in _products_of(database, table, page["Items"]):
            if fingerprint_id in product.pictures:
                yield product


def _products_of(
    database: DynamodbDatabase, table: Table, items: Sequence[Item]
) -> Iterator[Product]:
    """The products of items that are found by a picture, in order, as they are stored.

    What another program wrote in the place of a product is none, though an item of an earlier
    further picture may still name it.
    """
    further = [entity_id_of(item) for item in items if not is_product(item)]
    stored = database.read(table, ((entity_id,) for entity_id in further))
    for item in items:
        own = item if is_product(item) else stored.get((entity_id_of(item),))
        if own is not None and is_product(own):
            yield product_from(own)


def _pages(
    database: DynamodbDatabase, table: Table, fingerprint_id: str
) -> Iterator[dict[str, Any]]:
    """A short page, since most pictures have one product, then pages of the largest size."""
    query = _products_query(fingerprint_id)
    first = next(database.pages("query", table, Limit=_FIRST_PAGE_SIZE, **query))
    yield first
    if last := first.get("LastEvaluatedKey"):
        query["ExclusiveStartKey"] = last
        yield from database.pages("query", table, **query)


def _products_query(fingerprint_id: str) -> dict[str, Any]:
    """The query for the products that show a picture."""
    return {
        "IndexName": BY_FINGERPRINT.name,
        "KeyConditionExpression": f"{FINGERPRINT_ID} = :fingerprint_id",
        "ExpressionAttributeValues": {":fingerprint_id": TEXT.write(fingerprint_id)},
    }
