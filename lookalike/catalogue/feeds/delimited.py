"""Catalogues as CSV, in the dialects of spreadsheets and shops."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import IO

from lookalike.catalogue.feeds.csv_records import csv_records
from lookalike.catalogue.feeds.encodings import encoding_in_words, text_lines
from lookalike.catalogue.feeds.feed import Feed, Record
from lookalike.catalogue.product_limits import is_storable
from lookalike.errors import CatalogueError

FIRST_ROW = 2
"""Rows are counted as a spreadsheet does: the header is row 1."""
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_STATED = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)
"""The line before the header in which Excel is told the delimiter."""
_NAMESPACE = "g:"
"""Google's names may carry it; they mean the same without."""


def open_delimited(file: IO[bytes], encoding: str) -> Feed:
    """Open CSV with a header.

    The delimiter is the stated one, or that of comma, semicolon, tab and bar which divides the
    header into most columns.

    Raises:
        CatalogueError: the header is not text, not CSV, or names a column twice.
    """
    lines = text_lines(file, encoding)
    header = next(lines, "")
    if stated := _STATED.fullmatch(header):
        header = next(lines, "")
    if not is_storable(header):
        raise CatalogueError(
            "The file is not text that can be read. Save the catalogue as CSV in UTF-8, or as one "
            "of the other formats that are read."
        )
    delimiter = stated[1] if stated else max(_DELIMITERS, key=lambda each: _width(header, each))
    records = csv_records(chain([header], lines), delimiter)
    columns = _columns(next(records, []))
    words = f"{_DELIMITERS.get(delimiter, repr(delimiter))}, {encoding_in_words(encoding)}"
    return Feed(f"CSV with {words}", columns, _records(columns, records))


def _width(header: str, delimiter: str) -> int:
    """The number of columns that a delimiter divides a header into."""
    record = next(csv_records([header], delimiter))
    return header.count(delimiter) if isinstance(record, csv.Error) else len(record)


def _columns(header: Sequence[str] | csv.Error) -> list[str]:
    if isinstance(header, csv.Error):
        raise CatalogueError(f"The first line of the catalogue is not CSV: {header}.")
    if not header:
        raise CatalogueError("The first line of the catalogue is empty: it has to name columns.")
    columns = [cell.strip().removeprefix(_NAMESPACE) for cell in header]
    twice = [name for name, count in Counter(columns).items() if name and count > 1]
    if twice:
        raise CatalogueError(f"The first line of the catalogue names a column twice: {twice[0]}.")
    return columns


def _records(columns: Sequence[str], records: Iterator[list[str] | csv.Error]) -> Iterator[Record]:
    """Yield a record for every row; empty lines are counted but skipped."""
    width, is_named = len(columns), "" not in columns
    for number, cells in enumerate(records, FIRST_ROW):
        if isinstance(cells, csv.Error):
            yield Record(number, {}, _not_csv(cells))
        elif cells:
            fits = len(cells) <= width and is_named
            flaw = None if fits else _flaw(columns, cells)
            yield Record(number, dict(zip(columns, cells, strict=False)), flaw)


def _flaw(columns: Sequence[str], cells: Sequence[str]) -> str | None:
    if len(cells) > len(columns):
        return f"The row has {len(cells)} cells, the first line only {len(columns)}."
    if any(cell.strip() for name, cell in zip(columns, cells, strict=False) if not name):
        return "A column with a value has no name."
    return None


def _not_csv(error: csv.Error) -> str:
    return f"Not CSV: {error}. Look for a quote that is not closed, or not doubled within quotes."
