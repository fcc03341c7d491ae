"""Compares the rows of a catalogue with the products that are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.exports.registration import exported_registration
from lookalike.catalogue.refused_images import RefusedImage
from lookalike.catalogue.registration import Registration
from lookalike.catalogue.row_changes import RowChange
from lookalike.catalogue.web_revision import WebRevision
from lookalike.errors import LookalikeError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.imports.row_to_register import PictureToRead, RowToRegister
from lookalike.products import Product, ProductImage
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import Storage

ROWS_PER_LOOKUP = 512
"""Rows whose stored products are read at once."""


Found = RowToRegister | Registration | FailedRow | Product
"""A row: to be read, registered as it is in an export, refused, or stored unchanged."""
Stored = Mapping[str, Product]
"""Products by their ids."""


class RowComparison:
    """Compares rows with products, without reading any picture.

    Args:
        storage: has the products.
        fetcher: tells the revisions of pictures.
        clock: seconds since the epoch (UTC).
        refresh_after: seconds after which a picture at a web address is asked for again.
    """

    def __init__(
        self,
        storage: Storage,
        fetcher: ImageFetcher,
        clock: Callable[[], float],
        refresh_after: float,
    ) -> None:
        self._storage = storage
        self._fetcher = fetcher
        self._clock = clock
        self._refresh_after = refresh_after

    def groups(
        self, rows: Iterable[CatalogueRow | FailedRow]
    ) -> Iterator[tuple[Sequence[CatalogueRow | FailedRow], Stored]]:
        """The rows, some hundreds at a time, with the stored products of their ids."""
        remaining = iter(rows)
        while group := list(islice(remaining, ROWS_PER_LOOKUP)):
            ids = (row.entity_id for row in group if isinstance(row, CatalogueRow))
            yield group, self._storage.products.get_many(ids)

    def compare(self, row: CatalogueRow, stored: Stored) -> Found:
        """What is to be done with a row. Rows of an export have their fingerprints already."""
        if row.pictures:
            try:
                return exported_registration(row)
            except LookalikeError as error:
                return failed_row(row, error.code, error.detail)
        product = stored.get(row.entity_id)
        images = product.images if product is not None else ()
        compared = RowToRegister(row, [self._image(each, images) for each in row.image_urls])
        if product is not None and compared.is_stored_as(product):
            return product
        if product is not None and not compared.changes(product):
            return replace(compared, refreshed=product)
        if len(compared.images) == 1:
            compared = compared.asked_again()
        return compared.failure or compared

    def _image(
        self, address: str, known: Sequence[ProductImage]
    ) -> ProductImage | PictureToRead | RefusedImage:
        """Find out whether a picture is refused by its address, known, or to be read."""
        try:
            revision = self._fetcher.revision(address)
        except LookalikeError as error:
            return RefusedImage(address, error.code, error.detail)
        if not revision:
            return self._at_web_address(address, known)
        whole = f"{ALGORITHM_VERSION} {revision}"
        of_file = (e for e in known if (e.image_url, e.source_revision) == (address, whole))
        return next(of_file, None) or PictureToRead(address, whole)

    def _at_web_address(
        self, address: str, known: Sequence[ProductImage]
    ) -> ProductImage | PictureToRead:
        """A picture that is known is asked for again when its time has come."""
        for image in known:
            asked = WebRevision.parse(image.source_revision) if image.image_url == address else None
            if asked and asked.algorithm_version == ALGORITHM_VERSION:
                is_due = self._clock() - asked.asked_at >= self._refresh_after
                return PictureToRead(address, stored=image) if is_due else image
        return PictureToRead(address)

    def changes(
        self, rows: Iterable[CatalogueRow | FailedRow]
    ) -> Iterator[tuple[CatalogueRow | FailedRow, RowChange]]:
        """What loading each row would do, without loading it or reading its picture.

        A row that would be refused comes as ``FailedRow``.
        """
        for group, stored in self.groups(rows):
            for row in group:
                found = row if isinstance(row, FailedRow) else self.compare(row, stored)
                change = _change(found, stored.get(row.entity_id or ""))
                yield found if isinstance(found, FailedRow) else row, change


def _change(found: Found, stored: Product | None) -> RowChange:
    if isinstance(found, FailedRow):
        return RowChange.FAILED
    if stored is None:
        return RowChange.ADDED
    match found:
        case RowToRegister():
            is_same = not found.changes(stored)
        case Registration():
            is_same = found.product == stored
        case Product():
            is_same = True
    return RowChange.UNCHANGED if is_same else RowChange.CHANGED
