"""Reads a catalogue: each record becomes a row to load, or a failure with its reason."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from lookalike.catalogue.columns import Columns, Texts
from lookalike.catalogue.exports.columns import ExportColumns, is_export, with_flaws
from lookalike.catalogue.exports.exported_picture import ExportedPicture
from lookalike.catalogue.feeds.data_sets import completed
from lookalike.catalogue.feeds.expansion import GZIP, expanded
from lookalike.catalogue.feeds.feed import Feed
from lookalike.catalogue.feeds.folder import open_folder
from lookalike.catalogue.feeds.formats import open_feed
from lookalike.catalogue.picture_cells import is_picture
from lookalike.catalogue.product_limits import MAX_IMAGES, is_storable, product_flaw
from lookalike.errors import NoPictureError, RowRefusedError
from lookalike.storage.import_runs import FailedRow

_TITLES = frozenset({"title", "name", "product title", "product name"})
"""Attributes, in lower case, that only the first of a product's rows has in exports of Shopify."""
_OF_IMAGES = "image"
"""How attributes begin, in lower case, that are about one picture: position, alternative text."""


class UnreadableRowError(RowRefusedError):
    """The row is not in the format of the catalogue, so that it may be about any product."""

    code = "row_unreadable"
    title = "Row not readable"


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row that can become a product.

    Attributes:
        number: as people count in the format: a spreadsheet's rows from 1, the header; lines and
            items from 1. Of a product that has several rows, that of the first.
        image_url: of the main picture: web address, or path below the folder of the pictures.
        attributes: the further columns that are not empty.
        further_image_urls: of the other pictures; with the main one, at most ``MAX_IMAGES``.
        pictures: what an export knows of each picture, which then is not read.
        left_out: pictures beyond that number.
    """

    number: int
    entity_id: str
    sku: str
    image_url: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    further_image_urls: tuple[str, ...] = ()
    pictures: tuple[ExportedPicture, ...] = ()
    left_out: int = 0

    @property
    def image_urls(self) -> tuple[str, ...]:
        """The addresses of all pictures, the main one first."""
        return (self.image_url, *self.further_image_urls)

    @classmethod
    def of(cls, number: int, texts: Texts) -> CatalogueRow:
        """The row of a record."""
        row = cls(number, *texts)
        most = MAX_IMAGES - 1
        further = texts.further_image_urls
        if len(further) <= most:
            return row
        return replace(
            row,
            further_image_urls=further[:most],
            pictures=texts.pictures[:MAX_IMAGES],
            left_out=len(further) - most,
        )

    def joined(self, other: CatalogueRow) -> CatalogueRow:
        """This row with the pictures and the further attributes of another one."""
        found = dict.fromkeys(filter(is_picture, (*self.image_urls, *other.image_urls)))
        main, *further = found or [self.image_url]
        return replace(
            self,
            image_url=main,
            further_image_urls=tuple(further[: MAX_IMAGES - 1]),
            attributes={**other.attributes, **self.attributes},
            left_out=self.left_out + other.left_out + len(further[MAX_IMAGES - 1 :]),
        )

    def is_continued_by(self, other: CatalogueRow) -> bool:
        """Return whether another row, behind this one, is about the same product.

        It is where nothing in it is otherwise than here, but for what is about one picture; or
        where it lacks the title, as rows do that Shopify adds for further pictures and variants.
        """
        if self.entity_id != other.entity_id or not self.entity_id or self.pictures:
            return False
        if _has_title(self) and not _has_title(other):
            return True
        return other.sku in ("", self.sku) and all(
            self.attributes.get(name, text) == text or name.lower().startswith(_OF_IMAGES)
            for name, text in other.attributes.items()
        )


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
        self._records = feed.records
        self.columns: Columns | ExportColumns
        if is_export(feed.columns) and not columns:
            self._records = with_flaws(feed.records)
            self.columns = ExportColumns(feed, reads_pictures=reads_pictures)
        else:
            self.columns = Columns(feed.columns, columns)

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


def _checked(row: CatalogueRow, flaw: str | None, seen: set[int]) -> CatalogueRow | FailedRow:
    try:
        _refuse_malformed(row, flaw)
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


def _has_title(row: CatalogueRow) -> bool:
    return any(name.lower() in _TITLES for name in row.attributes)


def _printable(text: str) -> str | None:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?") or None
