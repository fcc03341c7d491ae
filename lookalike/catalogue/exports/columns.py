"""The columns of an export, and what they hold when it is read again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lookalike.catalogue.columns import Field, Texts
from lookalike.catalogue.exports.exported_picture import ExportedPicture
from lookalike.catalogue.feeds.feed import Feed, Record, Value
from lookalike.catalogue.spreadsheet_cells import value_of_cell

ATTRIBUTES = "attributes"
FINGERPRINT_ID = "fingerprint_id"
FINGERPRINT = "fingerprint_json"
SOURCE_REVISION = "source_revision"
FURTHER_IMAGES = "further_images"
COLUMNS = (*Field, ATTRIBUTES, "state", FINGERPRINT_ID, FURTHER_IMAGES)
"""What is beside a picture's ``image_url`` is about the main one; the last column has the others,
each with the same keys."""
WITH_FINGERPRINTS = (SOURCE_REVISION, FINGERPRINT)
"""Further columns: all that is stored of the picture, and whether its source has changed."""
_ALWAYS = frozenset(COLUMNS) - {Field.IMAGE_URL, FURTHER_IMAGES}
"""Columns that tell an export; JSON Lines leave an address out that is null, and exports of before
products had several pictures lack the others."""

FurtherImage = Mapping[str, str | None]
"""A further picture: its texts by the name of the column that the main picture's has."""


def is_export(columns: Collection[str]) -> bool:
    """Return whether a catalogue with these columns is an export."""
    return set(columns) >= _ALWAYS


def as_feed(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A product of JSON Lines; what is JSON in other formats of an export becomes JSON."""
    if not isinstance(item.get(ATTRIBUTES), Mapping) or not is_export(item):
        return item
    return {
        name: json.dumps(value) if name in {ATTRIBUTES, FURTHER_IMAGES} else value
        for name, value in item.items()
    }


class ExportColumns:
    """What the columns of an export say; as ``Columns`` does of other catalogues.

    Args:
        feed: the export.
        reads_pictures: leave out fingerprints, so that the pictures are read anew.
    """

    def __init__(self, feed: Feed, *, reads_pictures: bool) -> None:
        self.available = list(feed.columns)
        self.fields = {field: field.value for field in Field}
        self.attributes = [ATTRIBUTES]
        self.further_pictures = [column for column in self.available if column == FURTHER_IMAGES]
        read = {*Field, ATTRIBUTES, FURTHER_IMAGES}
        used = read | (set() if reads_pictures else {*WITH_FINGERPRINTS})
        self.left_out = [column for column in self.available if column not in used]
        self._is_csv = feed.kind.startswith("CSV")
        self._reads_pictures = reads_pictures

    def texts(self, values: Mapping[str, Value]) -> Texts:
        """As ``Columns.texts``, and the pictures; nothing is stripped or left out."""
        entity_id, sku, image_url = (self._text(values.get(field)) for field in Field)
        further = further_images_of(values) or []
        return Texts(
            entity_id,
            sku,
            image_url,
            attributes_of(values) or {},
            tuple(image.get(Field.IMAGE_URL) or "" for image in further),
            () if self._reads_pictures else self._pictures(values, further),
        )

    def _pictures(
        self, values: Mapping[str, Value], further: Sequence[FurtherImage]
    ) -> tuple[ExportedPicture, ...]:
        """All pictures of a product, or none where one of them has no fingerprint."""
        names = (FINGERPRINT_ID, FINGERPRINT, SOURCE_REVISION)
        main = ExportedPicture(*(self._text(values.get(name)) for name in names))
        others = (ExportedPicture(*(image.get(name) or "" for name in names)) for image in further)
        pictures = (main, *others)
        return pictures if all(picture.fingerprint_json for picture in pictures) else ()

    def _text(self, value: Value | None) -> str:
        text = value if isinstance(value, str) else ""
        return value_of_cell(text) if self._is_csv else text


def with_flaws(records: Iterable[Record]) -> Iterator[Record]:
    """The records of an export; those with damaged attributes or pictures get a flaw."""
    for record in records:
        yield record._replace(flaw=record.flaw or _flaw(record.values))


def _flaw(values: Mapping[str, Value]) -> str | None:
    if attributes_of(values) is None:
        return "The attributes are no JSON object of texts."
    if further_images_of(values) is None:
        return "The further images are no JSON list of objects with texts."
    return None


def attributes_of(values: Mapping[str, Value]) -> dict[str, str] | None:
    """The attributes of a record; ``None`` if they are damaged."""
    found = _json(values.get(ATTRIBUTES))
    is_map = isinstance(found, dict) and all(isinstance(text, str) for text in found.values())
    return found if is_map else None


def further_images_of(values: Mapping[str, Value]) -> list[FurtherImage] | None:
    """The further images of a record; ``None`` if they are damaged."""
    cell = values.get(FURTHER_IMAGES)
    if not cell:
        return []
    found = _json(cell)
    return found if isinstance(found, list) and all(map(_is_image, found)) else None


def _is_image(value: object) -> bool:
    return isinstance(value, dict) and all(
        text is None or isinstance(text, str) for text in value.values()
    )


def _json(cell: Value | None) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(cell) if isinstance(cell, str) else None
    except (ValueError, RecursionError):
        return None
