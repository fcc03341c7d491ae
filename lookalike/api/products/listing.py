"""Listing the products of a catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from lookalike.fingerprint.signature import MAX_BYTES
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.storage.flags import Flag
from lookalike.storage.interfaces import Storage
from lookalike.storage.listing import ProductFilter, ProductPage

MAX_LIMIT = 1_000
"""Products that one answer may list."""
MAX_ANSWER_BYTES = 4 << 20
"""A Lambda answers with 6 MB at most: a page of large products is cut to fewer.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
_FINGERPRINT_BYTES = MAX_BYTES * 4 // 3 + 1_000
"""At most, as JSON: the signature in Base64, and some hashes in hex digits."""
_FRAME_BYTES = 300
"""Of a product or of one of its pictures, beside their own texts."""


@dataclass(frozen=True, slots=True)
class ListedProducts:
    """A page of products.

    Attributes:
        products: in the order of the storage.
        fingerprints: by fingerprint id; only where they were asked for.
        after: where the next page begins; ``None``: there is none.
        flags: by entity id; of the products that have one.
    """

    products: Sequence[Product]
    fingerprints: dict[str, Fingerprint]
    after: str | None
    flags: dict[str, Flag] = field(default_factory=dict)


class ListProducts:
    """Lists products page by page.

    Args:
        storage: keeps them.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def page(
        self,
        wanted: ProductFilter,
        after: str,
        limit: int,
        *,
        with_fingerprints: bool,
        flagged: bool = False,
    ) -> ListedProducts:
        """The page that begins after an entity id.

        Args:
            wanted: which products are listed.
            after: as the page before says; the empty text is before all.
            limit: products of the page, at most.
            with_fingerprints: whether the fingerprints of their pictures are read.
            flagged: whether only products are listed that were flagged when they arrived.

        Raises:
            StorageUnavailableError: a store does not answer.
        """
        read = self._flagged_page if flagged else self._storage.products.page
        found = read(after, limit, wanted)
        page = _within_an_answer(found, _FINGERPRINT_BYTES if with_fingerprints else 0)
        shown = {name for product in page.products for name in product.pictures}
        pictures = self._storage.pictures.get_many(shown if with_fingerprints else ())
        fingerprints = {key: picture.fingerprint for key, picture in pictures.items()}
        return ListedProducts(page.products, fingerprints, page.after, self.flags(page.products))

    def flags(self, products: Iterable[Product]) -> dict[str, Flag]:
        """The flags of those products that still show the picture that they were flagged for."""
        by_id = {product.entity_id: product for product in products}
        flags = self._storage.flags.get_many(by_id)
        return {name: flag for name, flag in flags.items() if flag.is_of(by_id[name])}

    def _flagged_page(self, after: str, limit: int, wanted: ProductFilter) -> ProductPage:
        flags = self._storage.flags.page(after, limit + 1)
        ids = [flag.entity_id for flag in flags[:limit]]
        stored = self._storage.products.get_many(ids)
        shown = self.flags(stored.values())
        products = [stored[name] for name in ids if name in shown and wanted.accepts(stored[name])]
        return ProductPage(products, ids[-1] if len(flags) > limit else None)


def _within_an_answer(page: ProductPage, bytes_of_picture: int) -> ProductPage:
    """The page, or as much of it as one answer can hold; at least its first product."""
    sizes = accumulate(_answer_bytes(product, bytes_of_picture) for product in page.products)
    count = sum(size <= MAX_ANSWER_BYTES for size in sizes) or 1
    if count >= len(page.products):
        return page
    shown = page.products[:count]
    return ProductPage(shown, shown[-1].entity_id)


def _answer_bytes(product: Product, bytes_of_picture: int) -> int:
    """Bytes of a product in an answer, whose JSON has escapes for all but ASCII."""
    addresses = [product.image_url, *(image.image_url for image in product.images)]
    texts = (product.entity_id, product.sku, addresses, dict(product.attributes))
    return len(json.dumps(texts)) + (_FRAME_BYTES + bytes_of_picture) * len(addresses)
