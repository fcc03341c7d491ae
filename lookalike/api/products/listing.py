"""Listing the products of a catalogue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from lookalike.fingerprint.signature import MAX_BYTES
from lookalike.pictures import Fingerprint
from lookalike.products import Product
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
    """

    products: Sequence[Product]
    fingerprints: dict[str, Fingerprint]
    after: str | None


class ListProducts:
    """Lists products page by page.

    Args:
        storage: keeps them.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def page(
        self, wanted: ProductFilter, after: str, limit: int, *, with_fingerprints: bool
    ) -> ListedProducts:
        """The page that begins after an entity id.

        Args:
            wanted: which products are listed.
            after: as the page before says; the empty text is before all.
            limit: products of the page, at most.
            with_fingerprints: whether the fingerprints of their pictures are read.

        Raises:
            StorageUnavailableError: a store does not answer.
        """
        found = self._storage.products.page(after, limit, wanted)
        page = _within_an_answer(found, _FINGERPRINT_BYTES if with_fingerprints else 0)
        shown = {name for product in page.products for name in product.pictures}
        pictures = self._storage.pictures.get_many(shown if with_fingerprints else ())
        fingerprints = {key: picture.fingerprint for key, picture in pictures.items()}
        return ListedProducts(page.products, fingerprints, page.after)


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
