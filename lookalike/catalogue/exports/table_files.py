"""Tables as files: CSV, JSON Lines and Parquet, written row by row."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from lookalike.catalogue.spreadsheet_cells import spreadsheet_cell
from lookalike.errors import BadParameterError
from lookalike.extras import needs_extra

Row = Mapping[str, Any]
"""Values by column. Mappings and lists are written as such in JSON Lines, and as JSON in a text
elsewhere."""
Write = Callable[[Row], None]
"""Writes one row."""

_GZIP = ".gz"
_PARQUET = ".parquet"
_ROWS_AT_ONCE = 1_000
"""Rows of a group in Parquet, which are in memory together."""


@contextmanager
def table_file(path: Path, columns: Mapping[str, str]) -> Iterator[Write]:
    """Open a file for the rows of a table; what its name ends in says in which format.

    The file appears, or is replaced, when the block ends without an exception; else nothing is
    left of it.

    Args:
        path: ends in .csv, .jsonl or .parquet, or in .csv.gz or .jsonl.gz.
        columns: name of each column → the kind of its values, as Arrow calls it (``string``).

    Raises:
        BadParameterError: the name ends in something else.
        OSError: the file cannot be written.
        SettingInvalidError: the extra ``feeds``, which writes Parquet, is not installed.
    """
    table_format = require_format(path)
    with draft_of(path) as draft:
        if table_format == _PARQUET:
            with parquet_file(draft, columns) as write:
                yield write
        else:
            is_packed = path.suffix.lower() == _GZIP
            with _opened(draft, is_packed=is_packed) as file:
                yield table_text(file, table_format, columns)


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """The path of a draft, which replaces a file when the block ends without an exception.

    Else nothing is left of it.
    """
    draft = path.with_name(f"{path.name}.part")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        if error.errno and str(draft) in str(error):  # nobody knows the draft by its name
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        raise
    finally:
        draft.unlink(missing_ok=True)


def require_format(path: Path) -> str:
    """The format that the name of a file ends in: a key of ``TEXT_FORMATS``, or ``.parquet``.

    Raises:
        BadParameterError: it ends in something else.
    """
    suffix = path.suffix.lower()
    if suffix == _PARQUET:
        return suffix
    inner = path.with_suffix("").suffix.lower() if suffix == _GZIP else suffix
    if inner not in TEXT_FORMATS:
        texts = ", ".join(TEXT_FORMATS)
        raise BadParameterError(
            f"{path}: the name must end in one of {texts} (and {_GZIP} behind it), or {_PARQUET}."
        )
    return inner


def table_text(file: IO[str], table_format: str, columns: Collection[str]) -> Write:
    """Write the rows of a table into an open text, which has no line ends of its own.

    Args:
        file: opened with ``newline=""``.
        table_format: a key of ``TEXT_FORMATS``.
        columns: their names.
    """
    return TEXT_FORMATS[table_format](file, columns)


def _opened(path: Path, *, is_packed: bool) -> IO[str]:
    if is_packed:
        return cast("IO[str]", gzip.open(path, "wt", encoding="utf-8", newline=""))
    return path.open("w", encoding="utf-8", newline="")


def _csv_rows(file: IO[str], columns: Collection[str]) -> Write:
    table = csv.DictWriter(file, columns)
    table.writeheader()
    return lambda row: table.writerow(
        {name: spreadsheet_cell(_flat(value)) for name, value in row.items()}
    )


def _json_lines(file: IO[str], _columns: Collection[str]) -> Write:
    return lambda row: print(_json(row), file=file)


@contextmanager
def parquet_file(path: Path, columns: Mapping[str, str]) -> Iterator[Write]:
    """Open a Parquet file for the rows of a table; ``columns`` is as of ``table_file``.

    Raises:
        SettingInvalidError: the extra ``feeds``, which writes Parquet, is not installed.
    """
    with needs_extra("feeds"):
        import pyarrow as pa  # noqa: PLC0415 - only where it is needed: 170 MB
        from pyarrow import parquet  # noqa: PLC0415
    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
    rows: list[Row] = []
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:

        def write(row: Row) -> None:
            rows.append({name: _flat(value) for name, value in row.items()})
            if len(rows) == _ROWS_AT_ONCE:
                file.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()

        yield write
        file.write_table(pa.Table.from_pylist(rows, schema))


def _flat(value: object) -> object:
    return _json(value) if isinstance(value, (Mapping, list)) else value


def _json(value: Mapping[str, Any] | list[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


TEXT_FORMATS: Mapping[str, Callable[[IO[str], Collection[str]], Write]] = {
    ".csv": _csv_rows,
    ".jsonl": _json_lines,
}
