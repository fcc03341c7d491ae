"""The tables in DynamoDB: keys, indexes and limits, as functions and deployment share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_KEY_BYTES = 1_024
"""Bytes of UTF-8 that a key may have: what DynamoDB takes in the sort key of an index.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """One attribute of a key: its name, and whether it is a text (S) or a number (N)."""

    name: str
    kind: Literal["S", "N"] = "S"


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A global secondary index.

    Attributes:
        name: as queries name it.
        key: partition key, and sort key where there is one.
        includes: attributes that it holds beside the keys; ``None``: all.
    """

    name: str
    key: tuple[KeyAttribute, ...]
    includes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table.

    Attributes:
        key: partition key, and sort key where there is one.
        index: its global secondary index.
        has_stream: whether changes are followed, with the items before and after.
    """

    key: tuple[KeyAttribute, ...]
    index: IndexSchema | None = None
    has_stream: bool = False


BY_FINGERPRINT = IndexSchema(
    "by_fingerprint", (KeyAttribute("fingerprint_id"), KeyAttribute("entity_id"))
)
"""The products that show a picture, by entity id."""

NARROW = IndexSchema(
    "narrow", (KeyAttribute("fingerprint_id"),), includes=("version", "last_seen", "times_seen")
)
"""The pictures without their signatures. An item of the table has some 17 KB, one of this index
some 150 bytes, and a scan is paid by the kilobyte: counting, sweeping and comparing all pictures
through it takes a hundredth of the requests and of the money.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-replica.html"""

PRODUCTS = TableSchema((KeyAttribute("entity_id"),), BY_FINGERPRINT)
PICTURES = TableSchema((KeyAttribute("fingerprint_id"),), NARROW, has_stream=True)
IMPORTS = TableSchema((KeyAttribute("import_id"), KeyAttribute("row", "N")))
"""A run is the item of row -1, before its failed rows."""


@dataclass(frozen=True, slots=True)
class TableNames:
    """What the tables are called in one deployment."""

    products: str
    pictures: str
    imports: str
