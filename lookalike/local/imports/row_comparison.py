"""Compares the rows of a catalogue with the products that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lookalike.catalogue.exports.registration import exported_registration
from lookalike.catalogue.registration import Registration
from lookalike.catalogue.rows import CatalogueRow, failed_row
from lookalike.errors import LookalikeError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.imports.batch import RowChange
from lookalike.products import Product
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import Storage

ROWS_PER_LOOKUP = 512
"""Rows whose stored products are read at once."""


@dataclass(frozen=True, slots=True)
class RowToFingerprint:
    """A row whose picture has to be fingerprinted, and the revision of that picture."""

    row: CatalogueRow
    revision: str


Found = RowToFingerprint | Registration | FailedRow | Product
"""A row: to be fingerprinted, registered as it is in an export, refused, or stored unchanged."""
Stored = Mapping[str, Product]
"""Products by their ids."""


class RowComparison:
    """Compares rows with products, without reading any picture.

    Args:
        storage: has the products.
        fetcher: tells the revisions of pictures.
    """

    def __init__(self, storage: Storage, fetcher: ImageFetcher) -> None:
        self._storage = storage
        self._fetcher = fetcher

    def groups(
        self, rows: Iterable[CatalogueRow | FailedRow]
    ) -> Iterator[tuple[Sequence[CatalogueRow | FailedRow], Stored]]:
        """The rows, some hundreds at a time, with the stored products of their ids."""
        remaining = iter(rows)
        while group := list(islice(remaining, ROWS_PER_LOOKUP)):
            ids = (row.entity_id for row in group if isinstance(row, CatalogueRow))
            yield group, self._storage.products.get_many(ids)

    def compare(self, row: CatalogueRow, stored: Stored) -> Found:
        """What is to be done with a row. Rows of an export have their fingerprint already."""
        try:
            if row.picture:
                texts = (row.entity_id, row.sku, row.image_url, row.attributes)
                return exported_registration(*texts, row.picture)
            revision = f"{ALGORITHM_VERSION} {self._fetcher.revision(row.image_url)}"
        except LookalikeError as error:
            return failed_row(row, error.code, error.detail)
        product = stored.get(row.entity_id)
        if (
            product is not None
            and product.sku == row.sku
            and product.image_url == row.image_url
            and product.attributes == row.attributes
            and product.source_revision == revision
        ):
            return product
        return RowToFingerprint(row, revision)

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
    new = found.product if isinstance(found, Registration) else found
    return RowChange.UNCHANGED if new == stored else RowChange.CHANGED
