"""Items that stand for the further pictures of products.

An item is found by one picture, that of its attribute ``fingerprint_id``. A product's own item is
found by its main picture. For each other picture, the table has an item with nothing but that
picture and the entity id of the product. Its key is the entity id, a control character, which no
entity id of a catalogue has, and a number. So it sorts behind its product in ``by_fingerprint``.

Whoever replaces a product writes all of its items, whatever was read before. Two calls that do so
at once may leave an item of the earlier one, so whoever finds an item reads the product, and asks
whether it shows the picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lookalike.errors import BadParameterError
from lookalike.products import Product
from lookalike.storage.dynamodb.attributes import TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import Delete, ItemChange, Key, Put, Table, require_key
from lookalike.storage.dynamodb.schema import ENTITY_ID, FINGERPRINT_ID, FURTHER_OF

MAX_FURTHER = 19
"""Further pictures that a product has at most."""
_MARK = "\x1f"
_RESERVED = re.compile(rf"{_MARK}[0-9]+\Z")

ONLY_PRODUCTS = {
    "FilterExpression": f"attribute_not_exists({FURTHER_OF}) AND attribute_exists({FINGERPRINT_ID})"
}
"""Parameters of a scan that leaves these items out, and those that are not registered."""


def is_product(item: Item) -> bool:
    """Return whether an item is a product's own, and not one that another program wrote."""
    return FURTHER_OF not in item and FINGERPRINT_ID in item


def entity_id_of(item: Item) -> str:
    """The entity id of the product that an item is of."""
    return str(TEXT.read(item[FURTHER_OF] if FURTHER_OF in item else item[ENTITY_ID]))


def further_changes(table: Table, old: Product | None, new: Product | None) -> list[ItemChange]:
    """The changes of these items when a product takes the place of another one.

    Raises:
        BadParameterError: the entity id is so long that its further pictures have no key.
    """
    before = _by_key(old) if old else {}
    after = _by_key(new) if new else {}
    gone = [Delete(table, key) for key in before.keys() - after.keys()]
    return [*gone, *(Put(table, key, item) for key, item in after.items())]


def leftover_changes(
    database: DynamodbDatabase, table: Table, entity_ids: Sequence[str]
) -> dict[str, list[ItemChange]]:
    """The changes that remove what is left of products that another program wrote over.

    Nothing says how many pictures such a product had. Most had one, so all keys that it may have
    used are only read where there is the first one.

    Args:
        database: reads items.
        table: of products.
        entity_ids: of items that are no products.

    Returns:
        The changes of each entity id that has some.

    Raises:
        StorageUnavailableError: DynamoDB does not answer.
    """
    first = database.get(table, ((_name(each, 1),) for each in entity_ids))
    several = [entity_id_of(item) for item in first.values() if FURTHER_OF in item]
    numbers = range(1, MAX_FURTHER + 1)
    stored = database.get(table, ((_name(each, number),) for each in several for number in numbers))
    found = dict[str, list[ItemChange]]()
    for key, item in stored.items():
        if FURTHER_OF in item:
            found.setdefault(entity_id_of(item), []).append(Delete(table, key))
    return found


def require_unreserved(entity_id: str) -> None:
    """Refuse an entity id that looks like the key of one of these items.

    Raises:
        BadParameterError: it does.
    """
    if _RESERVED.search(entity_id):
        raise BadParameterError("An entity_id must not end in U+001F and a number.")


def further_items(product: Product) -> list[Item]:
    """These items of a product.

    Raises:
        BadParameterError: as of ``further_changes``.
    """
    return list(_by_key(product).values())


def _by_key(product: Product) -> dict[Key, Item]:
    found = dict[Key, Item]()
    for number, fingerprint_id in enumerate(product.pictures[1:], 1):
        name = _name(product.entity_id, number)
        require_key(name)
        found[(name,)] = {
            ENTITY_ID: TEXT.write(name),
            FINGERPRINT_ID: TEXT.write(fingerprint_id),
            FURTHER_OF: TEXT.write(product.entity_id),
        }
    return found


def _name(entity_id: str, number: int) -> str:
    """The key of the item for a product's further picture of that number, from 1."""
    return f"{entity_id}{_MARK}{number}"
