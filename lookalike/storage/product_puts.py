"""What the kinds of storage share when they put products."""

from __future__ import annotations

from collections.abc import Iterable

from lookalike.products import Product
from lookalike.storage.interfaces import PutOutcome
from lookalike.storage.refusals import require_unicode


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


def require_unicode_texts(product: Product) -> None:
    """Refuse a product with a text that UTF-8 cannot encode.

    Raises:
        BadParameterError: a text has a lone surrogate.
    """
    attributes = product.attributes
    of_images = (
        text
        for image in product.images
        for text in (image.image_url, image.fingerprint_id, image.source_revision)
    )
    require_unicode([product.entity_id, product.sku, *of_images, *attributes, *attributes.values()])
