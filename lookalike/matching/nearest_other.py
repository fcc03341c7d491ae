"""How near the nearest other picture of a catalogue is to a stored one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.pictures import Picture
from lookalike.products import Product
from lookalike.storage.interfaces import VectorIndex

NEAREST = 8
"""Pictures asked for, since some of them may not count."""


def nearest_other(picture: Picture, vectors: VectorIndex, counts: Callable[[str], bool]) -> int:
    """Bits between the deep hashes of a stored picture and of the nearest other one.

    Args:
        picture: that is stored.
        vectors: the index of the catalogue.
        counts: whether another picture, given by its id, counts.

    Returns:
        0 to 512, as far as possible where none of the ``NEAREST`` others counts.
    """
    name, field = DeepHash.layout.name, DeepHash.layout.fields[0]
    row = np.frombuffer(picture.fingerprint.hashes[field], np.uint8)[None]
    for neighbour in vectors.nearest({name: row}, NEAREST)[name]:
        other = neighbour.fingerprint_id
        if other != picture.fingerprint_id and counts(other):
            return neighbour.distance
    return DeepHash.layout.bits


def shows_another(shown: Iterable[Product], products: Sequence[Product]) -> bool:
    """Return whether one of the products shown is none of these, nor has the sku of one."""
    ids = {product.entity_id for product in products}
    skus = {product.sku for product in products if product.sku}
    return any(each.entity_id not in ids and each.sku not in skus for each in shown)
