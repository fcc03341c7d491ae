"""The links that were found, in memory: what grouping and comparing take of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from typing_extensions import override

from lookalike.storage.duplicates import PictureLink, PictureLinks
from lookalike.storage.interfaces import ProductStore

PAGE = 1_000
"""Products that are listed at once."""


class FoundLinks(PictureLinks):
    """Links of one recipe, whatever recipe is asked for. No order of registration is known.

    Args:
        links: of two between the same pictures, whichever is the query, the more probable counts.
        showing: the number of products that show each picture.
    """

    def __init__(self, links: Iterable[PictureLink], showing: Mapping[str, int]) -> None:
        best = dict[tuple[str, str], PictureLink]()
        for link in links:
            ends = min(link.a, link.b), max(link.a, link.b)
            if ends not in best or best[ends].probability < link.probability:
                best[ends] = link
        self._links = dict(sorted(best.items()))
        self._showing = showing

    @override
    def links(self, recipe: str, least: float) -> Iterator[PictureLink]:
        for ends, link in self._links.items():
            if link.probability >= least and all(name in self._showing for name in ends):
                yield link

    @override
    def positions(self, fingerprint_ids: Iterable[str]) -> dict[str, int]:
        return {}

    @override
    def shown_by_several(self) -> Iterator[str]:
        return iter(sorted(name for name, count in self._showing.items() if count > 1))


def shown_pictures(products: ProductStore) -> Counter[str]:
    """The number of products that show each picture, by reading all products."""
    showing, after = Counter[str](), ""
    while True:
        page = products.page(after, PAGE)
        for product in page.products:
            showing.update(set(product.pictures))
        if page.after is None:
            return showing
        after = page.after
