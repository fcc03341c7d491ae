"""Which products of a catalogue a feed is about, where several feeds share the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.product_limits import product_flaw
from lookalike.errors import BadParameterError, RowRefusedError
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.listing import ProductFilter


@dataclass(frozen=True, slots=True)
class FeedScope:
    """The attributes that all products of a feed have, and no others of the catalogue.

    Attributes:
        attributes: names and values; none: the feed is about all products.

    Raises:
        BadParameterError: two values of one attribute.
    """

    attributes: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what no product has."""
        if len(dict(self.attributes)) < len(self.attributes):
            raise BadParameterError(
                "A product has one value of an attribute: give one filter each."
            )

    @property
    def products(self) -> ProductFilter:
        """The products of the catalogue that the feed is about."""
        return ProductFilter(self.attributes)

    def rows(self, rows: Iterable[CatalogueRow | FailedRow]) -> Iterator[CatalogueRow | FailedRow]:
        """The rows with these attributes, which they get where they do not name them.

        Rows with another value of one of them are refused.
        """
        for row in rows:
            yield self._row(row) if isinstance(row, CatalogueRow) else row

    def _row(self, row: CatalogueRow) -> CatalogueRow | FailedRow:
        whole = replace(row, attributes={**dict(self.attributes), **row.attributes})
        for name, value in sorted(self.attributes - whole.attributes.items()):
            detail = (
                f"Its {name} is not {value!r}, and this sync is about products with that alone."
            )
            return failed_row(row, RowRefusedError.code, detail)
        texts = (whole.entity_id, whole.sku, whole.image_urls, whole.attributes)
        if flaw := product_flaw(*texts):
            return failed_row(row, RowRefusedError.code, flaw)
        return whole


EVERYTHING = FeedScope()
