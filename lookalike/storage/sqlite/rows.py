"""How products, pictures and import runs are written as rows, and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from lookalike.pictures import Fingerprint, Picture, VectorEntry
from lookalike.products import Product, ProductState
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportState
from lookalike.storage.refusals import FIELD_BYTES

Row = tuple[Any, ...]

PRODUCT_COLUMNS = "entity_id, sku, image_url, fingerprint_id, attributes, state, source_revision"
FINGERPRINT_COLUMNS = (
    "version, hashes, quality, width, height, "
    "trim_left, trim_top, trim_right, trim_bottom, signature"
)
VECTOR_COLUMNS = ", ".join(("fingerprint_id", "version", *FIELD_BYTES))
RUN_COLUMNS = (
    "import_id, created_at, state, finished_at, total, done, failed, unchanged, "
    "started_at, rows_before"
)
FAILURE_COLUMNS = '"row", entity_id, image_url, code, detail'

PARAMETERS_AT_ONCE = 500
"""Well below what any build of SQLite takes in one statement."""


def in_chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Lists of values that fit into one statement."""
    iterator = iter(values)
    while chunk := list(islice(iterator, PARAMETERS_AT_ONCE)):
        yield chunk


def placeholders(values: Sequence[object]) -> str:
    """``?, ?, …``: as many as there are values."""
    return ", ".join("?" * len(values))


def product_row(product: Product) -> Row:
    """In the order of ``PRODUCT_COLUMNS``."""
    return (
        product.entity_id,
        product.sku,
        product.image_url,
        product.fingerprint_id,
        json.dumps(dict(product.attributes), ensure_ascii=False, separators=(",", ":")),
        product.state.value,
        product.source_revision,
    )


def product_from(row: Row) -> Product:
    """What ``product_row`` wrote."""
    entity_id, sku, image_url, fingerprint_id, attributes, state, source_revision = row
    return Product(
        entity_id=entity_id,
        sku=sku,
        image_url=image_url,
        fingerprint_id=fingerprint_id,
        attributes=json.loads(attributes),
        state=ProductState(state),
        source_revision=source_revision,
    )


def fingerprint_row(fingerprint: Fingerprint) -> Row:
    """In the order of ``FINGERPRINT_COLUMNS``."""
    hashes = {field: value.hex() for field, value in fingerprint.hashes.items()}
    return (
        fingerprint.version,
        json.dumps(hashes, ensure_ascii=False, separators=(",", ":")),
        fingerprint.quality,
        fingerprint.width,
        fingerprint.height,
        *fingerprint.trim_box,
        fingerprint.signature,
    )


def picture_from(row: Row) -> Picture:
    """From fingerprint id, ``last_seen`` and then ``FINGERPRINT_COLUMNS``."""
    fingerprint_id, last_seen, version, hashes, quality, width, height, *trim, signature = row
    left, top, right, bottom = trim
    fingerprint = Fingerprint(
        fingerprint_id=fingerprint_id,
        version=version,
        hashes={field: bytes.fromhex(value) for field, value in json.loads(hashes).items()},
        quality=quality,
        width=width,
        height=height,
        trim_box=(left, top, right, bottom),
        signature=signature,
    )
    return Picture(fingerprint, last_seen)


def vector_row(entry: VectorEntry) -> Row:
    """In the order of ``VECTOR_COLUMNS``."""
    return (
        entry.fingerprint_id,
        entry.version,
        *(entry.hashes.get(field) for field in FIELD_BYTES),
    )


def run_row(run: ImportRun) -> Row:
    """In the order of ``RUN_COLUMNS``."""
    counts = (run.total, run.done, run.failed, run.unchanged)
    rate = (run.started_at, run.rows_before)
    return (run.import_id, run.created_at, run.state.value, run.finished_at, *counts, *rate)


def run_from(row: Row) -> ImportRun:
    """What ``run_row`` wrote."""
    import_id, created_at, state, finished_at, total, done, failed, unchanged, *rate = row
    started_at, rows_before = rate
    return ImportRun(
        import_id=import_id,
        created_at=created_at,
        state=ImportState(state),
        finished_at=finished_at,
        total=total,
        done=done,
        failed=failed,
        unchanged=unchanged,
        started_at=started_at,
        rows_before=rows_before,
    )


def failure_row(row: FailedRow) -> Row:
    """In the order of ``FAILURE_COLUMNS``."""
    return (row.row, row.entity_id, row.image_url, row.code, row.detail)


def failure_from(row: Row) -> FailedRow:
    """What ``failure_row`` wrote."""
    number, entity_id, image_url, code, detail = row
    return FailedRow(number, entity_id, image_url, code, detail)
