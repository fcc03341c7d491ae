"""Items of the tables: products, pictures, import runs and failed rows, written and read back."""

from __future__ import annotations

from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item, read_item, write_item
from lookalike.storage.dynamodb.schema import (
    FAILURE_ATTRIBUTES,
    FINGERPRINT_ATTRIBUTES,
    IMPORT_ID,
    LAST_SEEN,
    PRODUCT_ATTRIBUTES,
    ROW,
    RUN_ATTRIBUTES,
    RUN_ROW,
    TIMES_SEEN,
)
from lookalike.storage.import_runs import FailedRow, ImportRun


def product_item(product: Product) -> Item:
    """An item of the products table."""
    return write_item(product, PRODUCT_ATTRIBUTES)


def product_from(item: Item) -> Product:
    """The product that ``product_item`` wrote."""
    return Product(**read_item(item, PRODUCT_ATTRIBUTES))


def readable_product(item: Item) -> Product | None:
    """The product of an item; ``None``: it is damaged."""
    try:
        return product_from(item)
    except (LookupError, TypeError, ValueError):
        return None


def picture_item(picture: Picture) -> Item:
    """An item of the pictures table, as of the picture's first registration."""
    seen = {LAST_SEEN: INTEGER.write(picture.last_seen), TIMES_SEEN: INTEGER.write(1)}
    return write_item(picture.fingerprint, FINGERPRINT_ATTRIBUTES) | seen


def picture_from(item: Item) -> Picture:
    """The picture that ``picture_item`` wrote."""
    fingerprint = Fingerprint(**read_item(item, FINGERPRINT_ATTRIBUTES))
    return Picture(fingerprint, last_seen(item))


def last_seen(item: Item) -> int:
    """When the picture of an item was last registered."""
    return int(INTEGER.read(item[LAST_SEEN]))


def run_item(run: ImportRun) -> Item:
    """The item of the imports table for a run."""
    return write_item(run, RUN_ATTRIBUTES) | {ROW: INTEGER.write(RUN_ROW)}


def run_from(item: Item) -> ImportRun:
    """The run that ``run_item`` wrote."""
    return ImportRun(**read_item(item, RUN_ATTRIBUTES))


def failure_item(import_id: str, failed: FailedRow) -> Item:
    """The item of the imports table for a failed row."""
    return write_item(failed, FAILURE_ATTRIBUTES) | {IMPORT_ID: TEXT.write(import_id)}


def failure_from(item: Item) -> FailedRow:
    """The failed row that ``failure_item`` wrote."""
    return FailedRow(**read_item(item, FAILURE_ATTRIBUTES))


def row_number(item: Item) -> int:
    """The row number of an item of the imports table."""
    return int(INTEGER.read(item[ROW]))


def item_bytes(value: object) -> int:
    """About what DynamoDB counts as the size of an item or a part of it: names and contents."""
    match value:
        case dict():
            return sum(item_bytes(name) + item_bytes(part) for name, part in value.items())
        case list():
            return sum(1 + item_bytes(part) for part in value)
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case _:
            return 1
