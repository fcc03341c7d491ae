"""The columns of an export, and what they hold when it is read again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lookalike.catalogue.columns import Field
from lookalike.catalogue.feeds.feed import Feed, Record, Value
from lookalike.catalogue.spreadsheet_cells import value_of_cell

ATTRIBUTES = "attributes"
FINGERPRINT_ID = "fingerprint_id"
FINGERPRINT = "fingerprint_json"
SOURCE_REVISION = "source_revision"
COLUMNS = (*Field, ATTRIBUTES, "state", FINGERPRINT_ID)
WITH_FINGERPRINTS = (SOURCE_REVISION, FINGERPRINT)
"""Further columns: all that is stored of the picture, and whether its source has changed."""
_ALWAYS = frozenset(COLUMNS) - {Field.IMAGE_URL}
"""Columns that tell an export; JSON Lines leave an address out that is null."""


@dataclass(frozen=True, slots=True)
class ExportedPicture:
    """All that is needed to register a product without its picture.

    Attributes:
        fingerprint_id: of the picture.
        fingerprint_json: as ``fingerprint_to_json`` writes it; not validated.
        source_revision: as ``Product`` has it.
    """

    fingerprint_id: str
    fingerprint_json: str
    source_revision: str


def is_export(columns: Collection[str]) -> bool:
    """Return whether a catalogue with these columns is an export."""
    return set(columns) >= _ALWAYS


def as_feed(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A product of JSON Lines; the attributes of an export become JSON, as in other formats."""
    if isinstance(item.get(ATTRIBUTES), Mapping) and is_export(item):
        return {**item, ATTRIBUTES: json.dumps(item[ATTRIBUTES])}
    return item


class ExportColumns:
    """What the columns of an export say; as ``Columns`` does of other catalogues.

    Args:
        feed: the export.
        reads_pictures: leave out fingerprints, so that the pictures are read anew.
    """

    def __init__(self, feed: Feed, *, reads_pictures: bool) -> None:
        self.fields = {field: field.value for field in Field}
        self.attributes = [ATTRIBUTES]
        used = {*Field, ATTRIBUTES} | (set() if reads_pictures else {*WITH_FINGERPRINTS})
        self.left_out = [column for column in feed.columns if column not in used]
        self._is_csv = feed.kind.startswith("CSV")
        self._reads_pictures = reads_pictures

    def texts(
        self, values: Mapping[str, Value]
    ) -> tuple[str, str, str, dict[str, str], ExportedPicture | None]:
        """As ``Columns.texts``, and the picture; nothing is stripped or left out."""
        entity_id, sku, image_url = (self._text(values.get(field)) for field in Field)
        return entity_id, sku, image_url, attributes_of(values) or {}, self._picture(values)

    def _picture(self, values: Mapping[str, Value]) -> ExportedPicture | None:
        fingerprint = values.get(FINGERPRINT)
        if self._reads_pictures or not fingerprint:
            return None
        return ExportedPicture(
            self._text(values.get(FINGERPRINT_ID)),
            self._text(fingerprint),
            self._text(values.get(SOURCE_REVISION)),
        )

    def _text(self, value: Value | None) -> str:
        text = value if isinstance(value, str) else ""
        return value_of_cell(text) if self._is_csv else text


def with_flaws(records: Iterable[Record]) -> Iterator[Record]:
    """The records of an export; those with damaged attributes get a flaw."""
    for record in records:
        is_damaged = record.flaw is None and attributes_of(record.values) is None
        flaw = "The attributes are no JSON object of texts." if is_damaged else record.flaw
        yield record._replace(flaw=flaw)


def attributes_of(values: Mapping[str, Value]) -> dict[str, str] | None:
    """The attributes of a record; ``None`` if they are damaged."""
    cell = values.get(ATTRIBUTES)
    try:
        found = json.loads(cell) if isinstance(cell, str) else None
    except (ValueError, RecursionError):
        return None
    is_map = isinstance(found, dict) and all(isinstance(text, str) for text in found.values())
    return found if is_map else None
