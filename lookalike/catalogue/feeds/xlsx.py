"""Catalogues as XLSX: the first sheet, with a header in its first row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from lookalike.catalogue.feeds.expansion import require_expandable, size_of
from lookalike.catalogue.feeds.feed import Feed, Record
from lookalike.catalogue.feeds.values import values_of
from lookalike.errors import CatalogueError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_ROWS = 1 << 20
"""Of a sheet, as Excel has it. A few bytes can state any number of empty ones."""
MAX_KEPT = 256 << 20
"""Bytes of all that is kept in memory: texts that several cells share, and styles."""
_SHEETS = "xl/worksheets/"


def open_xlsx(file: IO[bytes]) -> Feed:
    """Open XLSX; cells are read as they were last computed and shown without their format.

    Raises:
        CatalogueError: it is damaged, no XLSX, or expands to more than can be meant.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - takes longer than most catalogues

    _require_bounded(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says may be wrong
        rows = _rows(sheet)
        header = next(rows, ())
    except CatalogueError:
        raise
    except Exception as error:
        raise _damaged() from error
    columns = ["" if cell is None else str(cell).strip() for cell in header]
    named = [name for name in columns if name]
    if len(set(named)) < len(named):
        raise CatalogueError("The first row of the catalogue names a column twice.")
    return Feed(f"XLSX, sheet {sheet.title}", columns, _records(columns, rows))


def _require_bounded(file: IO[bytes]) -> None:
    size = size_of(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged() from error
    if not any(member.filename.startswith(_SHEETS) for member in members):
        raise CatalogueError("The file is a zip archive, but no XLSX. Send what is in it.")
    require_expandable(size, sum(member.file_size for member in members))
    kept = sum(each.file_size for each in members if not each.filename.startswith(_SHEETS))
    if kept > MAX_KEPT:
        raise CatalogueError("The XLSX file has too many different texts. Send it as CSV.")


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[Any, ...]]:
    try:
        yield from sheet.iter_rows(max_row=MAX_ROWS, values_only=True)
    except Exception as error:
        raise _damaged() from error


def _records(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[Record]:
    """Yield a record for every row; empty rows are counted but skipped."""
    for number, cells in enumerate(rows, 2):
        values = values_of(zip(columns, cells, strict=False))
        unnamed = cells[len(columns) :]
        if "" in values or any(cell is not None for cell in unnamed):
            yield Record(number, values, "A column with a value has no name.")
        elif values:
            yield Record(number, values)


def _damaged() -> CatalogueError:
    return CatalogueError("The XLSX file is damaged. Open it in a spreadsheet, and save it again.")
