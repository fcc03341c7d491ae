"""Which fields of which classes the storages keep, pinned to the version of the tables.

When a test here fails, a stored class has changed, and data of earlier releases lacks the new field
(or has one too many). Do all of this, then update the pin:

1. ``lookalike/storage/sqlite``: a line in ``columns.py`` (for a fingerprint, in ``rows.py``) and a
   migration at the end of ``migrations.py`` that adds the column with a default.
2. ``lookalike/storage/dynamodb/schema.py``: a line with ``added(…, default)``, since items of
   earlier releases lack the attribute.
3. ``tests/builders.py``: a value for the field that is not its default.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from lookalike.aws.duplicates.runs import RUN_ATTRIBUTES as DUPLICATE_RUN_ATTRIBUTES
from lookalike.decisions import Decision
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.api_keys import ApiKey
from lookalike.storage.duplicates import DuplicateRun, PictureLink
from lookalike.storage.dynamodb.schema import (
    DECISION_ATTRIBUTES,
    FAILURE_ATTRIBUTES,
    FINGERPRINT_ATTRIBUTES,
    PRODUCT_ATTRIBUTES,
    RUN_ATTRIBUTES,
)
from lookalike.storage.events import Event
from lookalike.storage.flags import Flag
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.sqlite.columns import (
    API_KEY,
    DECISION,
    DUPLICATE_RUN,
    FAILURE,
    LINK,
    PRODUCT,
    RUN,
)
from lookalike.storage.sqlite.migrations import MIGRATIONS

SCHEMA_VERSION = 18
STORED = {
    Product: (
        "entity_id",
        "sku",
        "image_url",
        "fingerprint_id",
        "attributes",
        "state",
        "source_revision",
        "further_images",
    ),
    Picture: ("fingerprint", "last_seen"),
    Fingerprint: (
        "fingerprint_id",
        "version",
        "hashes",
        "quality",
        "width",
        "height",
        "trim_box",
        "signature",
    ),
    ImportRun: (
        "import_id",
        "created_at",
        "state",
        "finished_at",
        "total",
        "done",
        "failed",
        "unchanged",
        "started_at",
        "rows_before",
        "mode",
        "max_deletions",
        "scope",
        "deleted",
        "detail",
        "on_duplicate",
        "columns",
        "dry_run",
    ),
    FailedRow: ("row", "entity_id", "image_url", "code", "detail"),
    DuplicateRun: (
        "run_id",
        "created_at",
        "min_match",
        "keep",
        "state",
        "finished_at",
        "total",
        "compared",
        "started_at",
        "compared_before",
        "groups",
    ),
    PictureLink: ("a", "b", "probability", "verdict", "evidence"),
    Decision: ("a", "b", "kind", "pictures_of_a", "pictures_of_b", "decided_at", "note", "by"),
    Flag: ("entity_id", "fingerprint_id", "match", "flagged_at"),
    Event: ("event_id", "type", "subject", "created_at", "data", "number"),
    ApiKey: ("key_id", "name", "role", "digest", "created_at", "revoked_at"),
}


def _names(kind: Any) -> set[str]:  # noqa: ANN401 - a dataclass
    """The fields of a class, without those that are kept elsewhere, which do not count in it."""
    return {field.name for field in fields(kind) if field.compare}


@pytest.mark.parametrize("kind", STORED)
def test_should_change_stored_fields_only_together_with_the_tables(kind: type) -> None:
    pinned = (SCHEMA_VERSION, set(STORED[kind]))
    now = (MIGRATIONS[-1].version, _names(kind))
    assert now == pinned, f"{kind.__name__} has changed. {__doc__}"


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        (Product, PRODUCT_ATTRIBUTES),
        (Fingerprint, {name: FINGERPRINT_ATTRIBUTES[name] for name in STORED[Fingerprint]}),
        (ImportRun, RUN_ATTRIBUTES),
        (DuplicateRun, DUPLICATE_RUN_ATTRIBUTES),
        (FailedRow, FAILURE_ATTRIBUTES),
        (Decision, DECISION_ATTRIBUTES),
    ],
)
def test_should_write_every_field_to_dynamodb(kind: type, attributes: dict[str, object]) -> None:
    assert set(attributes) == _names(kind)


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (Product, PRODUCT),
        (ImportRun, RUN),
        (FailedRow, FAILURE),
        (DuplicateRun, DUPLICATE_RUN),
        (PictureLink, LINK),
        (Decision, DECISION),
        (ApiKey, API_KEY),
    ],
)
def test_should_write_every_field_to_sqlite(kind: type, columns: Any) -> None:  # noqa: ANN401 - Columns
    assert {name.strip("[]") for name in columns.names.split(", ")} == _names(kind)
