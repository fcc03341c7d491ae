"""The tables in DynamoDB: keys, indexes, attributes and limits.

This is the one place for their names: stores, deployment and tests read them from here. A new
attribute is one line in one of the codec tables below, and a field of the stored class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lookalike.decisions import DecisionKind, pictures_from_json, pictures_to_json
from lookalike.products import ProductImage, ProductState
from lookalike.storage.dynamodb.attributes import (
    BINARIES,
    BINARY,
    BOOLEAN,
    INTEGER,
    JSON_MAP,
    NUMBER,
    NUMBERS,
    TEXT,
    Codec,
    Codecs,
    added,
    choice,
    items_of,
    optional,
)
from lookalike.storage.events import EventType
from lookalike.storage.import_runs import ImportMode
from lookalike.storage.run_state import RunState

MAX_KEY_BYTES = 1_024
"""Bytes of UTF-8 that a key may have: what DynamoDB takes in the sort key of an index.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""

ENTITY_ID = "entity_id"
FINGERPRINT_ID = "fingerprint_id"
STATE = "state"
VERSION = "version"
HASHES = "hashes"
EMBEDDINGS = "embeddings"
LAST_SEEN = "last_seen"
TIMES_SEEN = "times_seen"
IMPORT_ID = "import_id"
ROW = "row"
PLACE = "place"
PAIR_ID = "pair_id"
DECISION_ID = "decision_id"
INDEX_NAME = "index_name"
SEQ = "seq"
EVENT_PLACE = "place"
NUMBER_OF_EVENT = "number"
EVENT_ID = "event_id"
EVENT_SUBJECT = "subject"
EVENTS_EXPIRE_AT = "expires_at"
RUNS_EXPIRE_AT = "expires_at"
RUN_ROW = -1
"""The row number of a run itself, before its failed rows."""

IMAGE_ATTRIBUTES: Codecs = {
    "image_url": optional(TEXT),
    FINGERPRINT_ID: TEXT,
    STATE: choice(ProductState),
    "source_revision": TEXT,
}
"""Of one picture of a product."""
PRODUCT_ATTRIBUTES: Codecs = {
    ENTITY_ID: TEXT,
    "sku": TEXT,
    **IMAGE_ATTRIBUTES,
    "attributes": JSON_MAP,
    "further_images": added(items_of(ProductImage, IMAGE_ATTRIBUTES), ()),
}
FURTHER_OF = "further_of"
"""Only in items that stand for a further picture of a product; see ``further_pictures``."""
FINGERPRINT_ATTRIBUTES: Codecs = {
    FINGERPRINT_ID: TEXT,
    VERSION: TEXT,
    HASHES: BINARIES,
    "quality": INTEGER,
    "width": INTEGER,
    "height": INTEGER,
    "trim_box": NUMBERS,
    "signature": BINARY,
    EMBEDDINGS: added(BINARIES, {}),
}
"""An item of the pictures table has these, ``LAST_SEEN`` and ``TIMES_SEEN``."""
RUN_ATTRIBUTES: Codecs = {
    IMPORT_ID: TEXT,
    "created_at": NUMBER,
    "state": choice(RunState),
    "finished_at": optional(NUMBER),
    "total": optional(INTEGER),
    "done": INTEGER,
    "failed": INTEGER,
    "unchanged": INTEGER,
    "started_at": optional(NUMBER),
    "rows_before": INTEGER,
    "mode": added(choice(ImportMode), ImportMode.IMPORT),
    "max_deletions": added(TEXT, ""),
    "scope": added(JSON_MAP, {}),
    "deleted": added(INTEGER, 0),
    "detail": added(TEXT, ""),
    "on_duplicate": added(TEXT, ""),
    "columns": added(JSON_MAP, {}),
    "dry_run": added(BOOLEAN, default=False),
}
FAILURE_ATTRIBUTES: Codecs = {
    ROW: INTEGER,
    ENTITY_ID: optional(TEXT),
    "image_url": optional(TEXT),
    "code": TEXT,
    "detail": TEXT,
}
_DECIDED_PICTURES = Codec(
    lambda pictures: {"S": pictures_to_json(pictures)},
    lambda stored: pictures_from_json(stored["S"]),
)
DECISION_ATTRIBUTES: Codecs = {
    "a": TEXT,
    "b": TEXT,
    "kind": choice(DecisionKind),
    "pictures_of_a": _DECIDED_PICTURES,
    "pictures_of_b": _DECIDED_PICTURES,
    "decided_at": NUMBER,
    "note": TEXT,
    "by": TEXT,
}
"""An item of the decisions table has these, ``PLACE``, ``PAIR_ID`` and ``DECISION_ID``."""
EVERY_PRODUCT = "."
"""The place of every decision; no product has this id."""
FLAG_ATTRIBUTES: Codecs = {
    ENTITY_ID: TEXT,
    FINGERPRINT_ID: TEXT,
    "match": JSON_MAP,
    "flagged_at": NUMBER,
}
"""An item of the decisions table has these, ``PLACE`` and ``PAIR_ID``, which is the product."""
FLAGGED_PRODUCTS = ".."
"""The place of all flags; no product has this id."""
EVENT_ATTRIBUTES: Codecs = {
    NUMBER_OF_EVENT: INTEGER,
    EVENT_ID: TEXT,
    "type": choice(EventType),
    EVENT_SUBJECT: TEXT,
    "created_at": NUMBER,
    "data": JSON_MAP,
}
"""An item of the events table has these, ``EVENT_PLACE`` and ``EVENTS_EXPIRE_AT``."""
INDEXED_ATTRIBUTES = (VERSION, HASHES)
"""Attributes of a picture that the vector index depends on."""
INDEXED_OF_PRODUCTS = (FINGERPRINT_ID, STATE, "attributes", "further_images")
"""Attributes of a product that the index of products by looks depends on."""


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """An attribute of a key: its name, and whether it is a text (S) or a number (N)."""

    name: str
    kind: Literal["S", "N"] = "S"


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A global secondary index.

    Attributes:
        name: the index name in queries.
        key: partition key, and sort key where there is one.
        includes: attributes that the index holds beside the keys; ``None``: all.
    """

    name: str
    key: tuple[KeyAttribute, ...]
    includes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table.

    Attributes:
        key: partition key, and sort key where there is one.
        index: its global secondary index, if any.
        has_stream: whether the table has a stream with the items before and after each change.
        expiry: the attribute that says when an item expires, in seconds since the epoch; ``None``:
            items stay.
    """

    key: tuple[KeyAttribute, ...]
    index: IndexSchema | None = None
    has_stream: bool = False
    expiry: str | None = None


BY_FINGERPRINT = IndexSchema(
    "by_fingerprint", (KeyAttribute(FINGERPRINT_ID), KeyAttribute(ENTITY_ID))
)
"""The products that show a picture, by entity id; for a further picture, the item that stands for
it."""

NARROW = IndexSchema(
    "narrow", (KeyAttribute(FINGERPRINT_ID),), includes=(VERSION, LAST_SEEN, TIMES_SEEN)
)
"""The pictures without their signatures. An item of the table has some 17 KB, an item of this index
some 150 bytes, and a scan is billed by the kilobyte: counting, sweeping and reconciling all
pictures through it takes a hundredth of the requests and of the money.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-replica.html"""

PRODUCTS = TableSchema((KeyAttribute(ENTITY_ID),), BY_FINGERPRINT, has_stream=True)
PICTURES = TableSchema((KeyAttribute(FINGERPRINT_ID),), NARROW, has_stream=True)
IMPORTS = TableSchema((KeyAttribute(IMPORT_ID), KeyAttribute(ROW, "N")), expiry=RUNS_EXPIRE_AT)
"""Import runs and their failed rows."""
DECISIONS = TableSchema((KeyAttribute(PLACE), KeyAttribute(PAIR_ID)))
"""Decisions, each three times: in the place of either product, and in that of all decisions; and
the flags of products, in a place of their own."""
CHANGES = TableSchema((KeyAttribute(INDEX_NAME), KeyAttribute(SEQ, "N")))
"""The log of a small index. It is derived from the pictures, and is not restored."""
BY_SUBJECT = IndexSchema(
    "by_subject", (KeyAttribute(EVENT_SUBJECT), KeyAttribute(NUMBER_OF_EVENT, "N"))
)
"""The events about a product or an import, by number."""
EVENTS = TableSchema(
    (KeyAttribute(EVENT_PLACE), KeyAttribute(NUMBER_OF_EVENT, "N")),
    BY_SUBJECT,
    has_stream=True,
    expiry=EVENTS_EXPIRE_AT,
)
"""Events, in one place for each month and type."""
TABLES = {
    "products": PRODUCTS,
    "pictures": PICTURES,
    "imports": IMPORTS,
    "decisions": DECISIONS,
    "events": EVENTS,
}


@dataclass(frozen=True, slots=True)
class TableNames:
    """The names of the tables in one deployment; the fields are the keys of ``TABLES``."""

    products: str
    pictures: str
    imports: str
    decisions: str
    events: str
