"""How near the nearest other picture of a catalogue is to a stored one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.products import Product
from lookalike.storage.interfaces import Storage

NEAREST = 8
"""Pictures asked for, since some of them may not count."""


def nearest_other(storage: Storage, fingerprint_id: str, counts: Callable[[str], bool]) -> int:
    """Bits between the deep hashes of a stored picture and of the nearest other one.

    Args:
        storage: the catalogue.
        fingerprint_id: of the picture.
        counts: whether another picture, given by its id, counts.

    Returns:
        0 to 512, as far as possible where no other picture is among the ``NEAREST``, or the picture
        was removed.
    """
    stored = storage.pictures.get_many([fingerprint_id])
    if fingerprint_id in stored:
        name, field = DeepHash.layout.name, DeepHash.layout.fields[0]
        row = np.frombuffer(stored[fingerprint_id].fingerprint.hashes[field], np.uint8)[None]
        for neighbour in storage.vectors.nearest({name: row}, NEAREST)[name]:
            other = neighbour.fingerprint_id
            if other != fingerprint_id and counts(other):
                return neighbour.distance
    return DeepHash.layout.bits


def shows_another(shown: Iterable[Product], products: Sequence[Product]) -> bool:
    """Return whether one of the products shown is none of these, nor has the sku of one."""
    ids = {product.entity_id for product in products}
    skus = {product.sku for product in products if product.sku}
    return any(each.entity_id not in ids and each.sku not in skus for each in shown)
