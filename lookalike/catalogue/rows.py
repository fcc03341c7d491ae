"""Reads a catalogue file: each row becomes a row to load, or a failure with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from lookalike.catalogue.csv_records import csv_records
from lookalike.catalogue.product_limits import is_storable, product_flaw
from lookalike.errors import CatalogueError, NoPictureError, RowRefusedError
from lookalike.storage.import_runs import FailedRow

FIRST_ROW = 2
"""Rows are counted as a spreadsheet does: the header is row 1."""
IMAGE_COLUMNS = ("image_url", "small_image")
NO_PICTURE = frozenset({"", "null", "none", "nan", "n/a", "no_selection", "\\n", "-"})
"""Texts, in lower case, that shops write where a product has no picture."""
_DELIMITERS = ",;\t|"
_MAX_HEADER = 65_536
"""Characters. A file without line ends is not a catalogue."""


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
        lines = _lines(file)
        header = next(lines)
        if not is_storable(header):
            raise CatalogueError("The catalogue is not UTF-8 text. Save it as CSV in UTF-8.")
        delimiter = max(_DELIMITERS, key=header.count)
        self._columns = self._read_header(header, delimiter)
        self._records = csv_records(lines, delimiter)

    def _read_header(self, header: str, delimiter: str) -> list[str]:
        try:
            cells = next(csv.reader([header], delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise CatalogueError(f"The first line of the catalogue is not CSV: {error}.") from error
        columns = [cell.strip() for cell in cells]
        image = [name for name in IMAGE_COLUMNS if name in columns]
        if "entity_id" not in columns or not image:
            raise CatalogueError(
                "The first line of a catalogue names its columns, entity_id and image_url among "
                f"them; this one has: {', '.join(columns)[:200] or 'nothing'}."
            )
        named = [name for name in columns if name]
        if len(set(named)) < len(named):
            raise CatalogueError("The first line of the catalogue names a column twice.")
        self._image_column = image[0]
        return columns

    def __iter__(self) -> Iterator[CatalogueRow | FailedRow]:
        """Yield the rows in order; empty lines are counted but skipped."""
        seen: set[int] = set()
        for number, record in enumerate(self._records, FIRST_ROW):
            if isinstance(record, csv.Error):
                yield FailedRow(number, None, None, RowRefusedError.code, _not_csv(record))
            elif record:
                yield self._row(number, record, seen)

    def _row(self, number: int, cells: Sequence[str], seen: set[int]) -> CatalogueRow | FailedRow:
        filled = zip(self._columns, (cell.strip() for cell in cells), strict=False)
        named = {name: value for name, value in filled if value}
        entity_id, image_url = named.pop("entity_id", ""), named.pop(self._image_column, "")
        row = CatalogueRow(
            number,
            entity_id,
            named.pop("sku", ""),
            image_url,
            named,
        )
        try:
            _refuse_malformed(row, len(cells), len(self._columns))
            _refuse_repeated(row, seen)
        except RowRefusedError as error:
            return failed_row(row, error.code, error.detail)
        return row


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Yield the header, which may be empty, and the other lines; the file stays open."""
    # Bytes that cannot be decoded make a failure of their row, not of the whole file.
    text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield text.readline(_MAX_HEADER)
        yield from text
    finally:
        with suppress(ValueError):  # closed meanwhile
            text.detach()


def _not_csv(error: csv.Error) -> str:
    return f"Not CSV: {error}. Look for a quote that is not closed, or not doubled within quotes."


def failed_row(row: CatalogueRow, code: str, detail: str) -> FailedRow:
    """The failure of a row; characters that cannot be written anywhere are replaced."""
    return FailedRow(row.number, _printable(row.entity_id), _printable(row.image_url), code, detail)


def _refuse_malformed(row: CatalogueRow, cells: int, columns: int) -> None:
    if cells > columns:
        raise RowRefusedError(f"The row has {cells} cells, the first line only {columns}.")
    if not row.entity_id:
        raise RowRefusedError("The row has no entity_id.")
    for text in (row.entity_id, row.sku, row.image_url, *row.attributes.values()):
        if not is_storable(text):
            raise RowRefusedError("The row is not UTF-8 text. Save the catalogue in UTF-8.")
    if row.image_url.lower() in NO_PICTURE:
        raise NoPictureError(f"The row names no picture: {row.image_url or 'the cell is empty'}.")
    if "" in row.attributes:
        raise RowRefusedError("A column with a value has no name.")
    if flaw := product_flaw(row.entity_id, row.sku, row.image_url, row.attributes):
        raise RowRefusedError(flaw)


def _refuse_repeated(row: CatalogueRow, seen: set[int]) -> None:
    """Compare hashes: ids of a large file would not fit into memory, and collisions are rare."""
    if hash(row.entity_id) in seen:
        raise RowRefusedError("An earlier row of this catalogue has the same entity_id.")
    seen.add(hash(row.entity_id))


def _printable(text: str) -> str | None:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?") or None
