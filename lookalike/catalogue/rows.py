"""Reads a catalogue: each record becomes a row to load, or a failure with its reason."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.columns import Columns
from lookalike.catalogue.examples import Examples, examples_in, noting
from lookalike.catalogue.exports.columns import ExportColumns, is_export, with_flaws
from lookalike.catalogue.feeds.data_sets import completed
from lookalike.catalogue.feeds.expansion import GZIP, expanded
from lookalike.catalogue.feeds.feed import Feed
from lookalike.catalogue.feeds.folder import open_folder
from lookalike.catalogue.feeds.formats import open_feed
from lookalike.catalogue.picture_cells import is_picture
from lookalike.catalogue.product_limits import is_storable, product_flaw
from lookalike.catalogue.unreadable_row import UnreadableRowError
from lookalike.catalogue.wanted_columns import ColumnsError
from lookalike.errors import NoPictureError, RowRefusedError
from lookalike.storage.import_runs import FailedRow


class CatalogueReader:
    """Reads a catalogue in any of the formats, gzip of each, or a folder of pictures.

    What is recognised is known before the first row is read. A file that turns out to be damaged
    raises where it is: to load all of it or nothing, read it to its end first.

    Args:
        source: the content of the catalogue, seekable, which stays open; a folder; or a feed,
            which can be read once.
        columns: what its columns say, where their names do not; as for ``Columns``.
        encoding: of text, where it is known; else it is found out.
        reads_pictures: whether the pictures of an export are read although it has fingerprints.

    Attributes:
        kind: the format, in words.
        columns: what the columns say.
        examples: a value of each column, known once the first rows are read.

    Raises:
        CatalogueError: it cannot be read as a catalogue.
    """

    def __init__(
        self,
        source: IO[bytes] | Path | Feed,
        columns: Mapping[str, str] | None = None,
        encoding: str | None = None,
        *,
        reads_pictures: bool = False,
    ) -> None:
        feed = completed(self._opened(source, encoding))
        self.kind = feed.kind
        self.examples: Examples = {}
        self._records = noting(feed.records, self.examples)
        self.columns: Columns | ExportColumns
        if is_export(feed.columns) and not columns:
            self._records = with_flaws(feed.records)
            self.columns = ExportColumns(feed, reads_pictures=reads_pictures)
        else:
            self.columns = _columns(feed, columns)

    def _opened(self, source: IO[bytes] | Path | Feed, encoding: str | None) -> Feed:
        if isinstance(source, Feed):
            return source
        if isinstance(source, Path):
            return open_folder(source)
        source.seek(0)
        if source.read(len(GZIP)) != GZIP:
            return open_feed(source, encoding)
        content = expanded(source)
        weakref.finalize(self, content.close)
        return open_feed(content, encoding)

    def look(self) -> None:
        """Know the examples of a catalogue whose rows are not going to be read."""
        self.examples |= examples_in(self._records)

    def __iter__(self) -> Iterator[CatalogueRow | FailedRow]:
        """Yield the rows in order.

        Raises:
            CatalogueError: the file is damaged from here on.
        """
        seen: set[int] = set()
        for row, flaw in self._products():
            yield _checked(row, flaw, seen)

    def _products(self) -> Iterator[tuple[CatalogueRow, str | None]]:
        """Join the rows of a product that follow each other; a row has a flaw, or none."""
        last: CatalogueRow | None = None
        for record in self._records:
            row = CatalogueRow.of(record.number, self.columns.texts(record.values))
            if last and record.flaw is None and last.is_continued_by(row):
                last = last.joined(row)
                continue
            if last:
                yield last, None
            last = row if record.flaw is None else None
            if record.flaw is not None:
                yield row, record.flaw
        if last:
            yield last, None


def _columns(feed: Feed, wanted: Mapping[str, str] | None) -> Columns:
    try:
        return Columns(feed.columns, wanted)
    except ColumnsError as error:
        error.examples = examples_in(feed.records)
        raise


def _checked(row: CatalogueRow, flaw: str | None, seen: set[int]) -> CatalogueRow | FailedRow:
    try:
        _refuse_malformed(row, flaw)
        _refuse_repeated(row, seen)
    except RowRefusedError as error:
        return failed_row(row, error.code, error.detail)
    return row


def _refuse_malformed(row: CatalogueRow, flaw: str | None) -> None:
    if flaw:
        raise UnreadableRowError(flaw)
    if not row.entity_id:
        raise RowRefusedError("The row has no entity_id.")
    texts = (row.entity_id, row.sku, *row.image_urls, *row.attributes.values())
    if not is_storable("".join(texts)):
        raise UnreadableRowError(
            "The row is not text in the catalogue's encoding. Save the catalogue in UTF-8."
        )
    if not row.pictures and not is_picture(row.image_url):
        raise NoPictureError(f"The row names no picture: {row.image_url or 'the cell is empty'}.")
    if flaw := product_flaw(row.entity_id, row.sku, row.image_urls, row.attributes):
        raise RowRefusedError(flaw)


def _refuse_repeated(row: CatalogueRow, seen: set[int]) -> None:
    """Compare hashes: ids of a large file would not fit into memory, and collisions are rare."""
    if hash(row.entity_id) in seen:
        raise RowRefusedError(
            "An earlier row of this catalogue has the same entity_id, and does not stand directly "
            "before this one or has other values."
        )
    seen.add(hash(row.entity_id))
