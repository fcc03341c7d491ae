"""What the caller of a search by looks wants to see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from lookalike.errors import BadParameterError
from lookalike.products import Product
from lookalike.storage.listing import ProductFilter

MAX_TOP = 100
"""Products that one answer lists."""
DEFAULT_TOP = 20
ATTRIBUTE = "attribute:"
"""Before the name of an attribute by which an answer is diversified."""

Group = Callable[[Product], object]
"""What a product has in common with those for which one of them stands."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Options of a search.

    Attributes:
        top: how many products at most, 1 to ``MAX_TOP``.
        model: the name of a model; ``None``: the default one.
        attributes: only products that have all of these (key, value) pairs.
        exclude_entity_ids: products to leave out.
        exclude_skus: products with these skus are left out.
        diversify: what only one product is shown of: ``picture``, ``sku``, ``style`` (the sku
            without its part behind the last hyphen) or ``attribute:NAME``; ``None``: nothing.

    Raises:
        BadParameterError: ``top`` is out of range, or ``diversify`` is none of these.
    """

    top: int = DEFAULT_TOP
    model: str | None = None
    attributes: frozenset[tuple[str, str]] = frozenset()
    exclude_entity_ids: frozenset[str] = frozenset()
    exclude_skus: frozenset[str] = frozenset()
    diversify: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no search can use."""
        if isinstance(self.top, bool) or not 1 <= self.top <= MAX_TOP:
            raise BadParameterError(f"top must be 1 to {MAX_TOP}, not {self.top!r}.")
        self.group()

    @property
    def wanted(self) -> ProductFilter:
        """The conditions that hold before the nearest are chosen."""
        return ProductFilter(attributes=self.attributes)

    def admits(self, product: Product) -> bool:
        """Return whether the caller wants to see this product."""
        return (
            product.entity_id not in self.exclude_entity_ids
            and product.sku not in self.exclude_skus
            and self.attributes <= product.attributes.items()
        )

    def group(self) -> Group:
        """What products have in common that one of them stands for; of each alone by default.

        Raises:
            BadParameterError: there is no such way to diversify.
        """
        own = count()
        if self.diversify is None:
            return lambda _: next(own)
        if self.diversify == "picture":
            return lambda product: product.fingerprint_id
        if self.diversify == "sku":
            return lambda product: product.sku or next(own)
        if self.diversify == "style":
            return lambda product: _style(product.sku) or next(own)
        name = self.diversify.removeprefix(ATTRIBUTE)
        if name == self.diversify or not name:
            raise BadParameterError(
                f"diversify must be picture, sku, style or {ATTRIBUTE}NAME, not {self.diversify!r}."
            )
        return lambda product: product.attributes.get(name) or next(own)


def _style(sku: str) -> str:
    """A sku without its part behind the last hyphen, which names a colour or a size."""
    return sku.rpartition("-")[0] or sku
