"""Bringing the index of products by looks in step with the stored products, product by product.

As in ``picture_sync``, callers only name products, and what becomes of each is read from the tables
at that moment, with consistent reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from lookalike.pictures import Picture
from lookalike.products import Product, ProductState
from lookalike.storage.interfaces import PictureStore, ProductStore
from lookalike.storage.looks_index import LooksChange, LooksEntry, LooksIndex, LooksRemoval
from lookalike.sync.picture_sync import NotApplied, not_applied, read_each

BATCH_SIZE = 25
"""Products that are in memory at once: with all pictures that they may have, some 9 MB."""


class ProductSync:
    """Makes the index agree with the tables on given products.

    Args:
        products: the stored products; ``get_many`` must read consistently.
        pictures: the stored pictures, likewise.
        index: the index to update.
    """

    def __init__(self, products: ProductStore, pictures: PictureStore, index: LooksIndex) -> None:
        self._products = products
        self._pictures = pictures
        self._index = index

    def apply(self, entity_ids: Collection[str]) -> dict[str, NotApplied]:
        """Write the entries of the stored ones of these products, and remove those of the others.

        Returns:
            The products that are not in step afterwards, by entity id.

        Raises:
            TransientError: a table or the index does not answer; products may be in step or not.
            StorageInvalidError: a table or the index is absent or refuses access.
        """
        failed: dict[str, NotApplied] = {}
        remaining = iter(dict.fromkeys(entity_ids))
        while batch := list(islice(remaining, BATCH_SIZE)):
            failed |= self._apply_batch(batch)
        return failed

    def differing(self, products: Sequence[Product]) -> set[str]:
        """The ids of those of these products that the index has not, or has otherwise.

        Raises:
            TransientError: the index does not answer.
            StorageInvalidError: the index is absent or refuses access.
        """
        digests = self._index.digests([product.entity_id for product in products])
        return {
            product.entity_id
            for product in products
            if digests.get(product.entity_id) != self._digest(product)
        }

    def missing(self, entity_ids: Sequence[str]) -> set[str]:
        """Return the given ids whose product is not stored. An unreadable one counts as stored.

        Raises:
            TransientError: the table does not answer.
            StorageInvalidError: the table is absent or refuses access.
        """
        stored, unreadable = read_each(self._products.get_many, entity_ids, "product")
        return set(entity_ids) - stored.keys() - unreadable.keys()

    def _apply_batch(self, batch: Sequence[str]) -> dict[str, NotApplied]:
        stored, unreadable = read_each(self._products.get_many, batch, "product")
        wanted = {each for product in stored.values() for each in _shown(product)}
        pictures, damaged = read_each(self._pictures.get_many, list(wanted), "picture")
        unreadable |= {
            key: damaged[fingerprint_id]
            for key, product in stored.items()
            for fingerprint_id in _shown(product)
            if fingerprint_id in damaged
        }
        keys = [key for key in batch if key not in unreadable]
        changes = [self._change(key, stored.get(key), pictures) for key in keys]
        return unreadable | not_applied(keys, self._index.bulk(changes))

    def _change(
        self, entity_id: str, product: Product | None, pictures: Mapping[str, Picture]
    ) -> LooksChange:
        return self._entry(product, pictures) if product else LooksRemoval(entity_id)

    def _entry(self, product: Product, pictures: Mapping[str, Picture]) -> LooksEntry:
        version = self._index.space.version
        shown = (pictures[each].fingerprint for each in _shown(product) if each in pictures)
        embeddings = {
            each.fingerprint_id: each.embeddings[version]
            for each in shown
            if version in each.embeddings
        }
        return LooksEntry(product.entity_id, self._digest(product), product.attributes, embeddings)

    def _digest(self, product: Product) -> str:
        """A digest of all of a product that its entry is made of."""
        made_of = [self._index.space.version, sorted(product.attributes.items()), _shown(product)]
        return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def _shown(product: Product) -> list[str]:
    """The pictures of a product that show something, each once."""
    active = (image for image in product.images if image.state is ProductState.ACTIVE)
    return list(dict.fromkeys(image.fingerprint_id for image in active))
