"""A row of a catalogue that can become a product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lookalike.catalogue.columns import Texts
from lookalike.catalogue.exports.exported_picture import ExportedPicture
from lookalike.catalogue.picture_cells import is_picture
from lookalike.catalogue.product_limits import MAX_IMAGES
from lookalike.storage.import_runs import FailedRow

_TITLES = frozenset({"title", "name", "product title", "product name"})
"""Attributes, in lower case, that only the first of a product's rows has in exports of Shopify."""
_OF_IMAGES = "image"
"""How attributes begin, in lower case, that are about one picture: position, alternative text."""


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


def failed_row(row: CatalogueRow, code: str, detail: str) -> FailedRow:
    """The failure of a row; characters that cannot be written anywhere are replaced."""
    return FailedRow(row.number, _printable(row.entity_id), _printable(row.image_url), code, detail)


def _has_title(row: CatalogueRow) -> bool:
    return any(name.lower() in _TITLES for name in row.attributes)


def _printable(text: str) -> str | None:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?") or None
