"""Writes groups of duplicates as CSV, JSON Lines or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lookalike.catalogue.spreadsheet_cells import spreadsheet_cell
from lookalike.duplicates.groups import Group
from lookalike.duplicates.outputs.rows import COLUMNS, rows_of
from lookalike.errors import BadParameterError
from lookalike.extras import needs_extra

Write = Callable[[Group], None]
"""Writes one group."""

_ROWS_AT_ONCE = 10_000


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
    draft = path.with_name(f"{path.name}.part")
    try:
        with opened(draft) as write:
            yield write
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


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
    return cells | {"keep": "yes" if row["keep"] else "no"}


@contextmanager
def _json_lines(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8") as file:
        yield lambda group: print(json.dumps(group, ensure_ascii=False), file=file)


@contextmanager
def _parquet_file(path: Path) -> Iterator[Write]:
    with needs_extra("feeds"):
        import pyarrow as pa  # noqa: PLC0415 - only where it is needed: 170 MB
        from pyarrow import parquet  # noqa: PLC0415
    kinds = dict.fromkeys(COLUMNS, pa.string()) | {
        "keep": pa.bool_(),
        "match_percentage": pa.float64(),
        "width": pa.int32(),
        "height": pa.int32(),
    }
    schema = pa.schema(list(kinds.items()))
    rows: list[dict[str, Any]] = []
    with parquet.ParquetWriter(path, schema) as file:

        def write(group: Group) -> None:
            rows.extend(rows_of(group))
            if len(rows) >= _ROWS_AT_ONCE:
                file.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()

        yield write
        file.write_table(pa.Table.from_pylist(rows, schema))


_FORMATS = {
    ".csv": _csv_file,
    ".jsonl": _json_lines,
    ".parquet": _parquet_file,
}
