"""Finds what putting products changes, for storages that read, compare and then write."""

from __future__ import annotations

from collections.abc import Iterable

from lookalike.products import Product
from lookalike.storage.interfaces import PutOutcome


def put_into(
    stored: dict[str, Product], products: Iterable[Product]
) -> tuple[list[PutOutcome], list[str]]:
    """Put products, one after the other, into the stored ones.

    Args:
        stored: stored products by entity id; updated in place.
        products: products to create or replace.

    Returns:
        The outcome of each put, and the entity ids, ascending, that have to be written.
    """
    outcomes, changed = [], set()
    for product in products:
        old = stored.get(product.entity_id)
        if old == product:
            outcomes.append(PutOutcome.UNCHANGED)
            continue
        stored[product.entity_id] = product
        changed.add(product.entity_id)
        outcomes.append(PutOutcome.CREATED if old is None else PutOutcome.REPLACED)
    return outcomes, sorted(changed)
