"""Bringing the indices of products by looks in step with the stored products, product by product.

As in ``picture_sync``, callers only name products, and what becomes of each is read from the tables
at that moment, with consistent reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lookalike.pictures import Picture
from lookalike.products import Product, ProductState
from lookalike.storage.interfaces import PictureStore, ProductStore
from lookalike.storage.looks_index import LooksChange, LooksEntry, LooksIndex, LooksRemoval
from lookalike.sync.picture_sync import NotApplied, not_applied, read_each

BATCH_SIZE = 25
"""Products that are in memory at once: with all pictures that they may have, some 9 MB."""
_LACKING = "-"
"""In a digest, before the number of pictures of the product that have no embedding."""

Changed = Callable[[LooksIndex, Sequence[LooksChange]], Sequence[LooksChange]]
"""Reads which changes an index needs."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing products with the indices has shown, as entity ids.

    Attributes:
        differing: an index has them not, or otherwise.
        unembedded: an index had no embedding of some of their pictures when it was written.
    """

    differing: set[str]
    unembedded: set[str]


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
        return self._apply(entity_ids, lambda _, changes: changes)

    def complete(self, entity_ids: Collection[str]) -> dict[str, NotApplied]:
        """Do the same, and write only what differs from what an index has.

        So products whose pictures still have no embedding cost reads alone.
        """
        return self._apply(entity_ids, _needed)

    def compared(self, products: Sequence[Product]) -> Compared:
        """Compare products with what the indices have, without reading pictures.

        Raises:
            TransientError: an index does not answer.
            StorageInvalidError: an index is absent or refuses access.
        """
        ids = [product.entity_id for product in products]
        found = Compared(set(), set())
        for index in self._indices:
            known = index.digests(ids)
            for product in products:
                digest, _, lacking = known.get(product.entity_id, "").partition(_LACKING)
                if digest != _digest(product, index.space.version):
                    found.differing.add(product.entity_id)
                elif lacking:
                    found.unembedded.add(product.entity_id)
        return found

    def missing(self, entity_ids: Sequence[str]) -> set[str]:
        """Return the given ids whose product is not stored. An unreadable one counts as stored.

        Raises:
            TransientError: the table does not answer.
            StorageInvalidError: the table is absent or refuses access.
        """
        stored, unreadable = read_each(self._products.get_many, entity_ids, "product")
        return set(entity_ids) - stored.keys() - unreadable.keys()

    def _apply(self, entity_ids: Collection[str], changed: Changed) -> dict[str, NotApplied]:
        failed: dict[str, NotApplied] = {}
        remaining = iter(dict.fromkeys(entity_ids))
        while batch := list(islice(remaining, BATCH_SIZE)):
            failed |= self._apply_batch(batch, changed)
        return failed

    def _apply_batch(self, batch: Sequence[str], changed: Changed) -> dict[str, NotApplied]:
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
        products = {key: stored.get(key) for key in keys}
        return unreadable | self._written(products, pictures, changed)

    def _written(
        self,
        products: Mapping[str, Product | None],
        pictures: Mapping[str, Picture],
        changed: Changed,
    ) -> dict[str, NotApplied]:
        """Write products into every index. Where two fail, what can be repeated counts."""
        failed: dict[str, NotApplied] = {}
        for index in self._indices:
            version = index.space.version
            all_changes = [_change(key, each, pictures, version) for key, each in products.items()]
            changes = changed(index, all_changes)
            here = not_applied([each.entity_id for each in changes], index.bulk(changes))
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
    lacking = len(_shown(product)) - len(embeddings)
    digest = _digest(product, version) + (f"{_LACKING}{lacking}" if lacking else "")
    return LooksEntry(entity_id, digest, product.attributes, embeddings)


def _needed(index: LooksIndex, changes: Sequence[LooksChange]) -> Sequence[LooksChange]:
    """The changes after which the index has something else."""
    known = index.digests([each.entity_id for each in changes])
    return [
        each
        for each in changes
        if known.get(each.entity_id) != (each.digest if isinstance(each, LooksEntry) else None)
    ]


def _digest(product: Product, version: str) -> str:
    """A digest of all of a product that its entry is made of, in the index of a model.

    Embeddings are no part of it, since pictures would have to be read for them.
    """
    made_of = [version, sorted(product.attributes.items()), _shown(product)]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def _shown(product: Product) -> list[str]:
    """The pictures of a product that show something, each once."""
    active = (image for image in product.images if image.state is ProductState.ACTIVE)
    return list(dict.fromkeys(image.fingerprint_id for image in active))
