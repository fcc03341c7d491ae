"""How products, pictures and import runs are written as items of DynamoDB, and read back.

Numbers are written as the shortest decimals that give the same float back, within the 38 digits
that DynamoDB keeps. Attributes of products are one JSON text: names in a map of DynamoDB must not
be empty, those of a shop may be.
"""

from __future__ import annotations

import json
from typing import Any

from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product, ProductState
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportState

Item = dict[str, Any]
"""Attribute values by name, as the client of DynamoDB takes and gives them."""

RUN_ROW = -1
"""The row number under which a run itself is kept, before its failed rows."""


def product_item(product: Product) -> Item:
    """The item of the products table."""
    return {
        "entity_id": {"S": product.entity_id},
        "sku": {"S": product.sku},
        "image_url": _optional_text(product.image_url),
        "fingerprint_id": {"S": product.fingerprint_id},
        "attributes": {"S": json.dumps(dict(product.attributes), ensure_ascii=False)},
        "state": {"S": product.state.value},
        "source_revision": {"S": product.source_revision},
    }


def product_from(item: Item) -> Product:
    """What ``product_item`` wrote."""
    return Product(
        entity_id=item["entity_id"]["S"],
        sku=item["sku"]["S"],
        image_url=item["image_url"].get("S"),
        fingerprint_id=item["fingerprint_id"]["S"],
        attributes=json.loads(item["attributes"]["S"]),
        state=ProductState(item["state"]["S"]),
        source_revision=item["source_revision"]["S"],
    )


def picture_item(picture: Picture) -> Item:
    """The item of the pictures table, as if it were seen for the first time."""
    fingerprint = picture.fingerprint
    return {
        "fingerprint_id": {"S": fingerprint.fingerprint_id},
        "version": {"S": fingerprint.version},
        "hashes": {"M": {field: {"B": value} for field, value in fingerprint.hashes.items()}},
        "quality": _number(fingerprint.quality),
        "width": _number(fingerprint.width),
        "height": _number(fingerprint.height),
        "trim_box": {"L": [_number(share) for share in fingerprint.trim_box]},
        "signature": {"B": fingerprint.signature},
        "last_seen": _number(picture.last_seen),
        "times_seen": _number(1),
    }


def picture_from(item: Item) -> Picture:
    """What ``picture_item`` wrote."""
    left, top, right, bottom = (float(share["N"]) for share in item["trim_box"]["L"])
    fingerprint = Fingerprint(
        fingerprint_id=item["fingerprint_id"]["S"],
        version=item["version"]["S"],
        hashes={field: value["B"] for field, value in item["hashes"]["M"].items()},
        quality=int(item["quality"]["N"]),
        width=int(item["width"]["N"]),
        height=int(item["height"]["N"]),
        trim_box=(left, top, right, bottom),
        signature=item["signature"]["B"],
    )
    return Picture(fingerprint, int(item["last_seen"]["N"]))


def run_item(run: ImportRun) -> Item:
    """The item of the imports table."""
    return {
        "import_id": {"S": run.import_id},
        "row": _number(RUN_ROW),
        "created_at": _number(run.created_at),
        "state": {"S": run.state.value},
        "finished_at": _optional_number(run.finished_at),
        "total": _optional_number(run.total),
        "done": _number(run.done),
        "failed": _number(run.failed),
        "unchanged": _number(run.unchanged),
        "started_at": _optional_number(run.started_at),
        "rows_before": _number(run.rows_before),
    }


def run_from(item: Item) -> ImportRun:
    """What ``run_item`` wrote."""
    total = item["total"].get("N")
    return ImportRun(
        import_id=item["import_id"]["S"],
        created_at=float(item["created_at"]["N"]),
        state=ImportState(item["state"]["S"]),
        finished_at=_optional_float(item["finished_at"]),
        total=None if total is None else int(total),
        done=int(item["done"]["N"]),
        failed=int(item["failed"]["N"]),
        unchanged=int(item["unchanged"]["N"]),
        started_at=_optional_float(item["started_at"]),
        rows_before=int(item["rows_before"]["N"]),
    )


def failure_item(import_id: str, failed: FailedRow) -> Item:
    """The item of the imports table."""
    return {
        "import_id": {"S": import_id},
        "row": _number(failed.row),
        "entity_id": _optional_text(failed.entity_id),
        "image_url": _optional_text(failed.image_url),
        "code": {"S": failed.code},
        "detail": {"S": failed.detail},
    }


def row_of(item: Item) -> int:
    """The row number of an item of the imports table."""
    return int(item["row"]["N"])


def failure_from(item: Item) -> FailedRow:
    """What ``failure_item`` wrote."""
    return FailedRow(
        row=row_of(item),
        entity_id=item["entity_id"].get("S"),
        image_url=item["image_url"].get("S"),
        code=item["code"]["S"],
        detail=item["detail"]["S"],
    )


def item_bytes(value: object) -> int:
    """About what DynamoDB counts for an item, or for a value in it: names and contents."""
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


def _number(value: float) -> Item:
    return {"N": str(value)}


def _optional_number(value: float | None) -> Item:
    return {"NULL": True} if value is None else _number(value)


def _optional_float(value: Item) -> float | None:
    return float(value["N"]) if "N" in value else None


def _optional_text(value: str | None) -> Item:
    return {"NULL": True} if value is None else {"S": value}
