"""The answer of a search by looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lookalike.products import Product

MAX_FACETS = 20
"""Attributes that are counted, and values of each."""


@dataclass(frozen=True, slots=True)
class SimilarProduct:
    """A product that looks like the query.

    Attributes:
        product: as it is stored.
        cosine: of the embeddings of the query and of the picture that looks most like it, -1 to 1.
        percentage: what the cosine means (see ``likeness``); ``None`` where nothing was fitted.
        others: further products, among those that were looked at, for which it stands.
        image_index: which of the product's ``images`` looks most like the query; 0 is the main one.
    """

    product: Product
    cosine: float
    percentage: float | None
    others: int = 0
    image_index: int = 0

    @property
    def image_url(self) -> str | None:
        """Where that picture came from; ``None`` for an uploaded one."""
        return self.product.images[self.image_index].image_url

    @property
    def fingerprint_id(self) -> str:
        """That picture."""
        return self.product.images[self.image_index].fingerprint_id


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of an attribute, and how many of the nearest products have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer of a search.

    Attributes:
        products: highest cosine first.
        facets: by name of an attribute, its values among the nearest products, most first.
        model: name of the model.
        version: of the model.
        is_cut: whether more products may fit, which were not looked at: a search looks at the
            nearest ``MAX_READ`` alone, and at no more than an index finds.
        query_image_index: which picture of a stored product was searched with; 0 is the main one,
            ``None``: the query was another picture.
    """

    products: Sequence[SimilarProduct]
    facets: Mapping[str, Sequence[FacetValue]]
    model: str
    version: str
    is_cut: bool = False
    query_image_index: int | None = None


def facets_of(products: Iterable[Product]) -> dict[str, list[FacetValue]]:
    """The values of the attributes of some products, the most frequent attributes first."""
    counts: dict[str, Counter[str]] = {}
    for product in products:
        for name, value in product.attributes.items():
            counts.setdefault(name, Counter())[value] += 1
    frequent = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
    return {
        name: [FacetValue(value, count) for value, count in _most(values)]
        for name, values in frequent[:MAX_FACETS]
    }


def _most(values: Counter[str]) -> list[tuple[str, int]]:
    return sorted(values.items(), key=lambda item: (-item[1], item[0]))[:MAX_FACETS]
