"""Pages of the catalogue, and which products they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lookalike.products import Product

DEFAULT_LIMIT = 100
"""Products of a page where nobody asks for another number."""


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products a page shows: those that meet every condition.

    Attributes:
        attributes: names and values that a product must have.
        sku: that a product must have; ``None``: any.
        text: contained in the entity id, the sku or the value of an attribute, whatever its case;
            the empty text is contained in all.
    """

    attributes: frozenset[tuple[str, str]] = frozenset()
    sku: str | None = None
    text: str = ""

    @property
    def needs_reading(self) -> bool:
        """Whether products have to be read to know if they are shown: no index knows that."""
        return bool(self.attributes or self.text)

    @property
    def texts(self) -> list[str]:
        """All texts of the conditions."""
        return [text for pair in self.attributes for text in pair] + [self.sku or "", self.text]

    def accepts(self, product: Product) -> bool:
        """Return whether a product is shown."""
        return (
            self.sku in (None, product.sku)
            and self.attributes <= product.attributes.items()
            and self._has_text(product)
        )

    def _has_text(self, product: Product) -> bool:
        text = self.text.casefold()
        searched = (product.entity_id, product.sku, *product.attributes.values())
        return not text or any(text in each.casefold() for each in searched)


EVERY_PRODUCT = ProductFilter()


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Some products of the catalogue.

    Attributes:
        products: in the order of the store.
        after: where the next page begins; ``None``: there is none. A page may have fewer products
            than were asked for, or none, and yet be followed by others.
    """

    products: Sequence[Product]
    after: str | None = None


def cut(found: Sequence[Product], limit: int, after: str | None) -> ProductPage:
    """The page of the first ``limit`` products that were found.

    Args:
        found: products in order.
        limit: of the page.
        after: where to go on behind all that were found.
    """
    shown = found[:limit]
    return ProductPage(shown, after if len(found) <= limit else shown[-1].entity_id)


def products_of_pages(read: Callable[[str], ProductPage]) -> Iterator[Product]:
    """The products of all pages, read lazily.

    Args:
        read: the page that begins after an entity id; the empty text is before all.
    """
    after: str | None = ""
    while after is not None:
        page = read(after)
        yield from page.products
        after = page.after
