"""Reading a catalogue file: every row ends as a row to load or as a failure with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from lambdas.shared.catalogue.registration import (
    LONGEST_ATTRIBUTE_NAME,
    LONGEST_ATTRIBUTE_VALUE,
    LONGEST_ENTITY_ID,
    LONGEST_SKU,
    LONGEST_URL,
    MOST_ATTRIBUTES,
)
from lambdas.shared.errors import CatalogueError, NoPictureError, RowRefusedError
from lambdas.shared.storage.import_runs import FailedRow

FIRST_ROW = 2
"""Rows are counted as a spreadsheet does: the header is row 1."""
IMAGE_COLUMNS = ("image_url", "small_image")
NO_PICTURE = frozenset({"", "null", "none", "nan", "n/a", "no_selection", "\\n", "-"})
"""What shops write, in lower case, where a product has no picture."""
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row that can become a product.

    Attributes:
        number: as a spreadsheet counts it.
        image_url: web address, or path below the folder of the pictures.
        attributes: the further columns that are not empty.
    """

    number: int
    entity_id: str
    sku: str
    image_url: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class CatalogueReader:
    """Reads CSV in UTF-8 with a header ``entity_id,sku,image_url`` and further columns.

    Commas, semicolons, tabs and bars are recognised as delimiters, ``small_image`` is read as
    ``image_url``, and further columns become attributes.

    Args:
        file: the content of the catalogue, at its beginning.

    Raises:
        CatalogueError: the header lacks a column, or the file is not text.
    """

    def __init__(self, file: IO[bytes]) -> None:
        # Undecodable bytes make their row a failure, not the whole file.
        text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
        self._header_line = text.readline()
        if "\0" in self._header_line:
            raise CatalogueError("The catalogue is not a text file. Save it as CSV in UTF-8.")
        self._delimiter = max(_DELIMITERS, key=self._header_line.count)
        self._columns = self._read_header()
        self._reader = csv.reader(text, delimiter=self._delimiter)

    def _read_header(self) -> list[str]:
        cells = next(csv.reader([self._header_line], delimiter=self._delimiter), [])
        columns = [cell.strip() for cell in cells]
        image = [name for name in IMAGE_COLUMNS if name in columns]
        if "entity_id" not in columns or not image:
            raise CatalogueError(
                "The first line of a catalogue names its columns, entity_id and image_url among "
                f"them; this one has: {', '.join(columns)[:200] or 'nothing'}."
            )
        if len(set(columns)) < len(columns):
            raise CatalogueError("The first line of the catalogue names a column twice.")
        self._image_column = image[0]
        return columns

    def __iter__(self) -> Iterator[CatalogueRow | FailedRow]:
        """The rows in order; empty lines count as rows and are passed over."""
        seen: set[int] = set()
        number = FIRST_ROW - 1
        while True:
            number += 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield FailedRow(number, None, None, RowRefusedError.code, f"Not CSV: {error}.")
                continue
            if cells:
                yield self._row(number, cells, seen)

    def _row(self, number: int, cells: Sequence[str], seen: set[int]) -> CatalogueRow | FailedRow:
        named = dict(zip(self._columns, (cell.strip() for cell in cells), strict=False))
        entity_id, image_url = named.pop("entity_id", ""), named.pop(self._image_column, "")
        row = CatalogueRow(
            number,
            entity_id,
            named.pop("sku", ""),
            image_url,
            {name: value for name, value in named.items() if value},
        )
        try:
            _refuse_malformed(row, len(cells), len(self._columns))
            _refuse_repeated(row, seen)
        except RowRefusedError as error:
            return failure_of(row, error.code, error.detail)
        return row


def failure_of(row: CatalogueRow, code: str, detail: str) -> FailedRow:
    """The failure of a row; what cannot be written anywhere is replaced in it."""
    return FailedRow(row.number, _printable(row.entity_id), _printable(row.image_url), code, detail)


def _refuse_malformed(row: CatalogueRow, cells: int, columns: int) -> None:
    if cells > columns:
        raise RowRefusedError(f"The row has {cells} cells, the first line only {columns}.")
    if not row.entity_id:
        raise RowRefusedError("The row has no entity_id.")
    for text in (row.entity_id, row.sku, row.image_url, *row.attributes.values()):
        if not _is_text(text):
            raise RowRefusedError("The row is not UTF-8 text. Save the catalogue in UTF-8.")
    if row.image_url.lower() in NO_PICTURE:
        raise NoPictureError(f"The row names no picture: {row.image_url or 'the cell is empty'}.")
    _refuse_long(row)


def _refuse_repeated(row: CatalogueRow, seen: set[int]) -> None:
    """Remembers hashes, since the ids of a large file would not fit; equal ones are very rare."""
    if hash(row.entity_id) in seen:
        raise RowRefusedError("An earlier row of this catalogue has the same entity_id.")
    seen.add(hash(row.entity_id))


def _refuse_long(row: CatalogueRow) -> None:
    limits = [
        ("entity_id", row.entity_id, LONGEST_ENTITY_ID),
        ("sku", row.sku, LONGEST_SKU),
        ("image_url", row.image_url, LONGEST_URL),
    ]
    limits += [(name, value, LONGEST_ATTRIBUTE_VALUE) for name, value in row.attributes.items()]
    for name, value, longest in limits:
        if len(value) > longest:
            raise RowRefusedError(f"{name[:50]} has more than {longest} characters.")
    if len(row.attributes) > MOST_ATTRIBUTES:
        raise RowRefusedError(f"The row has more than {MOST_ATTRIBUTES} attributes.")
    if any(not name or len(name) > LONGEST_ATTRIBUTE_NAME for name in row.attributes):
        raise RowRefusedError("A column with a value has no name, or a very long one.")


def _is_text(text: str) -> bool:
    """Whether a text can be stored: no undecodable bytes, no NUL."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _printable(text: str) -> str | None:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?") or None
