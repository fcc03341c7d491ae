"""Writes groups of duplicates as CSV, JSON Lines or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lookalike.catalogue.exports.table_files import draft_of, parquet_file
from lookalike.catalogue.spreadsheet_cells import spreadsheet_cell
from lookalike.duplicates.groups import Group
from lookalike.duplicates.outputs.rows import COLUMNS, rows_of
from lookalike.errors import BadParameterError

Write = Callable[[Group], None]
"""Writes one group."""

_KINDS = dict.fromkeys(COLUMNS, "string") | {
    "keep": "bool",
    "decided": "bool",
    "match_percentage": "float64",
    "width": "int32",
    "height": "int32",
}
"""Columns, and the kinds of their values as Arrow calls them."""
_IN_WORDS = {True: "yes", False: "no", None: ""}
"""What CSV has for a flag."""


@contextmanager
def group_file(path: Path) -> Iterator[Write]:
    """Open a file for groups; what its name ends in says in which format.

    CSV and Parquet have a row for each product, JSON Lines a line for each group. The file is
    replaced when the block ends without an exception.

    Raises:
        BadParameterError: the name ends in something else.
        OSError: the file cannot be written.
        SettingInvalidError: the extra ``feeds``, which writes Parquet, is not installed.
    """
    opened = require_format(path)
    with draft_of(path) as draft, opened(draft) as write:
        yield write


def require_format(path: Path) -> Callable[[Path], Any]:
    """What writes a file of this name.

    Raises:
        BadParameterError: the name ends in something else.
    """
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(_FORMATS)
        raise BadParameterError(f"{path}: the name must end in one of {known}.") from None


@contextmanager
def _csv_file(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        yield lambda group: table.writerows(map(_as_cells, rows_of(group)))


def _as_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {name: spreadsheet_cell(value) for name, value in row.items()}
    return cells | {name: _IN_WORDS[row[name]] for name in ("keep", "decided")}


@contextmanager
def _json_lines(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8") as file:
        yield lambda group: print(json.dumps(group, ensure_ascii=False), file=file)


@contextmanager
def _parquet_file(path: Path) -> Iterator[Write]:
    with parquet_file(path, _KINDS) as write_row:

        def write(group: Group) -> None:
            for row in rows_of(group):
                write_row(row)

        yield write


_FORMATS = {
    ".csv": _csv_file,
    ".jsonl": _json_lines,
    ".parquet": _parquet_file,
}
