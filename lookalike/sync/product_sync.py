"""Bringing the indices of products by looks in step with the stored products, product by product.

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
    """Makes the indices agree with the tables on given products.

    Args:
        products: the stored products; ``get_many`` must read consistently.
        pictures: the stored pictures, likewise.
        indices: the indices to update, one for each model.
    """

    def __init__(
        self, products: ProductStore, pictures: PictureStore, *indices: LooksIndex
    ) -> None:
        self._products = products
        self._pictures = pictures
        self._indices = indices

    def apply(self, entity_ids: Collection[str]) -> dict[str, NotApplied]:
        """Write the entries of the stored ones of these products, and remove those of the others.

        Returns:
            The products that are not in step afterwards, by entity id.

        Raises:
            TransientError: a table or an index does not answer; products may be in step or not.
            StorageInvalidError: a table or an index is absent or refuses access.
        """
        failed: dict[str, NotApplied] = {}
        remaining = iter(dict.fromkeys(entity_ids))
        while batch := list(islice(remaining, BATCH_SIZE)):
            failed |= self._apply_batch(batch)
        return failed

    def differing(self, products: Sequence[Product]) -> set[str]:
        """The ids of those of these products that an index has not, or has otherwise.

        Raises:
            TransientError: an index does not answer.
            StorageInvalidError: an index is absent or refuses access.
        """
        ids = [product.entity_id for product in products]
        digests = [(index.space.version, index.digests(ids)) for index in self._indices]
        return {
            product.entity_id
            for version, known in digests
            for product in products
            if known.get(product.entity_id) != _digest(product, version)
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
        return unreadable | self._written({key: stored.get(key) for key in keys}, pictures)

    def _written(
        self, products: Mapping[str, Product | None], pictures: Mapping[str, Picture]
    ) -> dict[str, NotApplied]:
        """Write products into every index. Where two fail, what can be repeated counts."""
        failed: dict[str, NotApplied] = {}
        for index in self._indices:
            version = index.space.version
            changes = [_change(key, each, pictures, version) for key, each in products.items()]
            here = not_applied(list(products), index.bulk(changes))
            failed |= {
                key: why for key, why in here.items() if why.is_transient or key not in failed
            }
        return failed


def _change(
    entity_id: str, product: Product | None, pictures: Mapping[str, Picture], version: str
) -> LooksChange:
    if product is None:
        return LooksRemoval(entity_id)
    shown = (pictures[each].fingerprint for each in _shown(product) if each in pictures)
    embeddings = {
        each.fingerprint_id: each.embeddings[version]
        for each in shown
        if version in each.embeddings
    }
    return LooksEntry(entity_id, _digest(product, version), product.attributes, embeddings)


def _digest(product: Product, version: str) -> str:
    """A digest of all of a product that its entry is made of, in the index of a model."""
    made_of = [version, sorted(product.attributes.items()), _shown(product)]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def _shown(product: Product) -> list[str]:
    """The pictures of a product that show something, each once."""
    active = (image for image in product.images if image.state is ProductState.ACTIVE)
    return list(dict.fromkeys(image.fingerprint_id for image in active))
