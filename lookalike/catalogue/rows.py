"""Reads a catalogue: each record becomes a row to load, or a failure with its reason."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lookalike.catalogue.columns import Columns
from lookalike.catalogue.exports.columns import (
    ExportColumns,
    ExportedPicture,
    is_export,
    with_flaws,
)
from lookalike.catalogue.feeds.data_sets import completed
from lookalike.catalogue.feeds.expansion import GZIP, expanded
from lookalike.catalogue.feeds.feed import Feed, Record
from lookalike.catalogue.feeds.folder import open_folder
from lookalike.catalogue.feeds.formats import open_feed
from lookalike.catalogue.product_limits import is_storable, product_flaw
from lookalike.errors import NoPictureError, RowRefusedError
from lookalike.storage.import_runs import FailedRow

NO_PICTURE = frozenset({"", "null", "none", "nan", "n/a", "no_selection", "\\n", "-"})
"""Texts, in lower case, that shops write where a product has no picture."""


class UnreadableRowError(RowRefusedError):
    """The row is not in the format of the catalogue, so that it may be about any product."""

    code = "row_unreadable"
    title = "Row not readable"


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row that can become a product.

    Attributes:
        number: as people count in the format: a spreadsheet's rows from 1, the header; lines and
            items from 1.
        image_url: web address, or path below the folder of the pictures.
        attributes: the further columns that are not empty.
        picture: what an export knows of the picture, which then is not read.
    """

    number: int
    entity_id: str
    sku: str
    image_url: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    picture: ExportedPicture | None = None


class CatalogueReader:
    """Reads a catalogue in any of the formats, gzip of each, or a folder of pictures.

    What is recognised is known before the first row is read. A file that turns out to be damaged
    raises where it is: to load all of it or nothing, read it to its end first.

    Args:
        source: the content of the catalogue, seekable, which stays open; or a folder.
        columns: what its columns say, where their names do not; as for ``Columns``.
        encoding: of text, where it is known; else it is found out.
        reads_pictures: whether the pictures of an export are read although it has fingerprints.

    Attributes:
        kind: the format, in words.
        columns: what the columns say.

    Raises:
        CatalogueError: it cannot be read as a catalogue.
    """

    def __init__(
        self,
        source: IO[bytes] | Path,
        columns: Mapping[str, str] | None = None,
        encoding: str | None = None,
        *,
        reads_pictures: bool = False,
    ) -> None:
        opened = open_folder(source) if isinstance(source, Path) else self._opened(source, encoding)
        feed = completed(opened)
        self.kind = feed.kind
        self._records = feed.records
        self.columns: Columns | ExportColumns
        if is_export(feed.columns) and not columns:
            self._records = with_flaws(feed.records)
            self.columns = ExportColumns(feed, reads_pictures=reads_pictures)
        else:
            self.columns = Columns(feed.columns, columns)

    def _opened(self, file: IO[bytes], encoding: str | None) -> Feed:
        file.seek(0)
        if file.read(len(GZIP)) != GZIP:
            return open_feed(file, encoding)
        content = expanded(file)
        weakref.finalize(self, content.close)
        return open_feed(content, encoding)

    def __iter__(self) -> Iterator[CatalogueRow | FailedRow]:
        """Yield the rows in order.

        Raises:
            CatalogueError: the file is damaged from here on.
        """
        seen: set[int] = set()
        for record in self._records:
            yield self._row(record, seen)

    def _row(self, record: Record, seen: set[int]) -> CatalogueRow | FailedRow:
        row = CatalogueRow(record.number, *self.columns.texts(record.values))
        try:
            _refuse_malformed(row, record.flaw)
            _refuse_repeated(row, seen)
        except RowRefusedError as error:
            return failed_row(row, error.code, error.detail)
        return row


def failed_row(row: CatalogueRow, code: str, detail: str) -> FailedRow:
    """The failure of a row; characters that cannot be written anywhere are replaced."""
    return FailedRow(row.number, _printable(row.entity_id), _printable(row.image_url), code, detail)


def _refuse_malformed(row: CatalogueRow, flaw: str | None) -> None:
    if flaw:
        raise UnreadableRowError(flaw)
    if not row.entity_id:
        raise RowRefusedError("The row has no entity_id.")
    if not is_storable("".join((row.entity_id, row.sku, row.image_url, *row.attributes.values()))):
        raise UnreadableRowError(
            "The row is not text in the catalogue's encoding. Save the catalogue in UTF-8."
        )
    if row.picture is None and row.image_url.lower() in NO_PICTURE:
        raise NoPictureError(f"The row names no picture: {row.image_url or 'the cell is empty'}.")
    if flaw := product_flaw(row.entity_id, row.sku, [row.image_url], row.attributes):
        raise RowRefusedError(flaw)


def _refuse_repeated(row: CatalogueRow, seen: set[int]) -> None:
    """Compare hashes: ids of a large file would not fit into memory, and collisions are rare."""
    if hash(row.entity_id) in seen:
        raise RowRefusedError("An earlier row of this catalogue has the same entity_id.")
    seen.add(hash(row.entity_id))


def _printable(text: str) -> str | None:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?") or None
