"""Catalogues as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from lookalike.catalogue.feeds.expansion import require_expandable, size_of
from lookalike.catalogue.feeds.feed import Feed, Record
from lookalike.catalogue.feeds.values import values_of
from lookalike.errors import CatalogueError, SettingInvalidError
from lookalike.extras import needs_extra

if TYPE_CHECKING:
    from pyarrow import Array, DataType
    from pyarrow.parquet import ParquetFile

MAX_ROWS = 100_000_000
"""Rows of one file. A few bytes can state any number of equal ones."""
MAX_TEXT = 128 << 10
"""Bytes of a text; as many as a cell of CSV can have. All rows can refer to one."""
_BATCH = 250
"""Rows that are in memory at once."""
_BUFFER = 1 << 20
_TEXT = "BYTE_ARRAY"


class ParquetMissingError(CatalogueError):
    """The library that reads Parquet is not installed."""


def open_parquet(file: IO[bytes]) -> Feed:
    """Open Parquet; columns of bytes, such as pictures, are not read.

    Raises:
        CatalogueError: it is damaged, or expands to more than can be meant.
        ParquetMissingError: the extra ``feeds`` is not installed.
    """
    try:
        with needs_extra("feeds"):
            import pyarrow.parquet  # noqa: PLC0415, F401 - only where it is needed: 170 MB
    except SettingInvalidError as error:
        raise ParquetMissingError(f"A catalogue in Parquet cannot be read here: {error}") from error
    size = size_of(file)
    with _damage_as_a_sentence():
        source, columns = _opened(file)
        _require_bounded(source, size)
        _require_short_texts(file, columns)
    return Feed("Parquet", columns, _records(source, columns))


@contextmanager
def _damage_as_a_sentence() -> Iterator[None]:
    """Raise ``CatalogueError`` for whatever a damaged file makes the library raise."""
    try:
        yield
    except CatalogueError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0][:200]
        raise CatalogueError(f"The Parquet file cannot be read: {reason}.") from error


def _opened(file: IO[bytes]) -> tuple[ParquetFile, list[str]]:
    """The file, and those of its columns that can be read."""
    from pyarrow import parquet  # noqa: PLC0415

    source = parquet.ParquetFile(file, buffer_size=_BUFFER)
    return source, [field.name for field in source.schema_arrow if _is_readable(field.type)]


def _is_readable(kind: DataType) -> bool:
    from pyarrow import types  # noqa: PLC0415

    value = kind.value_type if types.is_dictionary(kind) else kind
    is_bytes = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_map)
    return not any(test(value) for test in is_bytes)


def _require_bounded(source: ParquetFile, size: int) -> None:
    metadata = source.metadata
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    require_expandable(size, sum(group.total_byte_size for group in groups))
    if metadata.num_rows > MAX_ROWS:
        raise CatalogueError(f"The Parquet file has more than {MAX_ROWS} rows. Send it in parts.")


def _require_short_texts(file: IO[bytes], columns: Sequence[str]) -> None:
    """Refuse texts that the file has once, and any number of rows can refer to, if they are long.

    They are met in the first row of each group, without being repeated for each row.
    """
    from pyarrow import parquet  # noqa: PLC0415

    schema = parquet.ParquetFile(file).schema
    leaves = (schema.column(number) for number in range(len(schema)))
    texts = [leaf.path for leaf in leaves if leaf.physical_type == _TEXT]
    source = parquet.ParquetFile(file, read_dictionary=texts, buffer_size=_BUFFER)
    for group in range(source.num_row_groups):
        for row in source.iter_batches(1, [group], columns):
            if any(_longest(column) > MAX_TEXT for column in row.columns):
                raise CatalogueError(f"The Parquet file has a text of over {MAX_TEXT} bytes.")
            break


def _longest(column: Array) -> int:
    """Bytes of the longest text in the dictionary of a column."""
    from pyarrow import compute, types  # noqa: PLC0415

    if types.is_list(column.type) or types.is_large_list(column.type):
        return _longest(column.values)
    if types.is_struct(column.type):
        return max(map(_longest, column.flatten()), default=0)
    if not types.is_dictionary(column.type) or not types.is_string(column.type.value_type):
        return 0
    return compute.max(compute.binary_length(column.dictionary)).as_py() or 0


def _records(source: ParquetFile, columns: list[str]) -> Iterator[Record]:
    for number, row in enumerate(_rows(source, columns), 1):
        yield Record(number, values_of(row.items()))


def _rows(source: ParquetFile, columns: list[str]) -> Iterator[dict[str, Any]]:
    with _damage_as_a_sentence():
        for batch in source.iter_batches(_BATCH, columns=columns, use_threads=False):
            yield from batch.to_pylist()
