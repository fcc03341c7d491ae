"""Catalogues as Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from lookalike.catalogue.feeds.expansion import require_expandable, size_of
from lookalike.catalogue.feeds.feed import Feed, Record
from lookalike.catalogue.feeds.values import values_of
from lookalike.errors import CatalogueError, SettingInvalidError
from lookalike.extras import needs_extra

if TYPE_CHECKING:
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

MAX_ROWS = 100_000_000
"""Rows of one file. A few bytes can state any number of equal ones."""
_BATCH = 1_000
"""Rows that are in memory at once."""


def open_parquet(file: IO[bytes]) -> Feed:
    """Open Parquet; columns of bytes, such as pictures, are not read.

    Raises:
        CatalogueError: it is damaged, expands to more than can be meant, or the extra ``feeds`` is
            not installed.
    """
    try:
        with needs_extra("feeds"):
            from pyarrow import parquet  # noqa: PLC0415 - only where it is needed: 150 MB
    except SettingInvalidError as error:
        raise CatalogueError(f"A catalogue in Parquet cannot be read here: {error}") from error
    size = size_of(file)
    try:
        source = parquet.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
        columns = [field.name for field in source.schema_arrow if _is_readable(field.type)]
    except Exception as error:
        raise _damaged(error) from error
    _require_bounded(source, size)
    return Feed("Parquet", columns, _records(source, columns))


def _is_readable(kind: DataType) -> bool:
    from pyarrow import types  # noqa: PLC0415

    is_bytes = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_map)
    return not any(test(kind) for test in is_bytes)


def _require_bounded(source: ParquetFile, size: int) -> None:
    metadata = source.metadata
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    require_expandable(size, sum(group.total_byte_size for group in groups))
    if metadata.num_rows > MAX_ROWS:
        raise CatalogueError(f"The Parquet file has more than {MAX_ROWS} rows. Send it in parts.")


def _records(source: ParquetFile, columns: list[str]) -> Iterator[Record]:
    number = 0
    try:
        for batch in source.iter_batches(_BATCH, columns=columns, use_threads=False):
            for number, row in enumerate(batch.to_pylist(), number + 1):  # noqa: B020 - it goes on
                yield Record(number, values_of(row.items()))
    except Exception as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> CatalogueError:
    """Whatever a damaged file makes the library raise, in one sentence."""
    reason = (str(error).splitlines() or [""])[0][:200]
    return CatalogueError(f"The Parquet file cannot be read: {reason}.")
