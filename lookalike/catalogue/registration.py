"""Registration of products and the pictures they show, for single requests and imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookalike.catalogue.product_limits import product_flaw
from lookalike.errors import BadParameterError
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product, ProductState
from lookalike.storage.interfaces import PutOutcome, Storage


@dataclass(frozen=True, slots=True)
class Registration:
    """A product as its owner describes it, and the fingerprint of the picture it shows.

    Attributes:
        entity_id: unique key, not empty.
        sku: may be empty.
        image_url: web address, path in the catalogue, or ``None`` for an uploaded picture.
        attributes: flat string map.
        source_revision: changes when the picture's source does; see ``Product``.
    """

    entity_id: str
    sku: str
    image_url: str | None
    fingerprint: Fingerprint
    attributes: Mapping[str, str] = field(default_factory=dict)
    source_revision: str = ""

    @property
    def product(self) -> Product:
        """The product as it is stored."""
        is_featureless = self.fingerprint.is_featureless
        return Product(
            entity_id=self.entity_id,
            sku=self.sku,
            image_url=self.image_url,
            fingerprint_id=self.fingerprint.fingerprint_id,
            attributes=self.attributes,
            state=ProductState.FEATURELESS if is_featureless else ProductState.ACTIVE,
            source_revision=self.source_revision,
        )


def require_valid(registration: Registration) -> None:
    """Refuse what no store keeps as it is.

    Raises:
        BadParameterError: the entity_id, the sku, the address or an attribute is too long, empty
            or not storable.
    """
    flaw = product_flaw(
        registration.entity_id,
        registration.sku,
        registration.image_url,
        registration.attributes,
    )
    if flaw is not None:
        raise BadParameterError(flaw)


def register(storage: Storage, registrations: Sequence[Registration], now: int) -> list[PutOutcome]:
    """Write the pictures, then the products that show them, in one transaction.

    Pictures go first, so that a store without transactions never has a product without a picture.

    Args:
        storage: where to.
        registrations: products, each with the picture it shows.
        now: seconds since the epoch (UTC); the time when the pictures were last seen.

    Returns:
        What the write of each product changed, in order.

    Raises:
        StorageUnavailableError: nothing was written, or everything and the answer was lost.
    """
    pictures = {
        item.fingerprint.fingerprint_id: Picture(item.fingerprint, now) for item in registrations
    }
    with storage.transaction():
        storage.pictures.put_many(list(pictures.values()))
        return storage.products.put_many([item.product for item in registrations])
