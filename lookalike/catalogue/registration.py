"""Registration of products and the pictures they show, for single requests and imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lookalike.catalogue.product_limits import product_flaw
from lookalike.errors import BadParameterError
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product, ProductImage, ProductState
from lookalike.storage.events import Event, EventType
from lookalike.storage.interfaces import PutOutcome, Storage

SEEN_AGAIN_SECONDS = 21_600
"""A picture that was seen within six hours does not have to be seen again: it is swept a day after
it was last seen, at the earliest, so that 18 hours are left for the product to be read."""


@dataclass(frozen=True, slots=True)
class RegisteredImage:
    """A picture that a product shows: where it came from, and its fingerprint."""

    image_url: str | None
    fingerprint: Fingerprint
    source_revision: str = ""

    @property
    def stored(self) -> ProductImage:
        """The image as its product has it."""
        is_featureless = self.fingerprint.is_featureless
        return ProductImage(
            self.image_url,
            self.fingerprint.fingerprint_id,
            ProductState.FEATURELESS if is_featureless else ProductState.ACTIVE,
            self.source_revision,
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """A product as its owner describes it, and the fingerprints of the pictures it shows.

    Attributes:
        entity_id: unique key, not empty.
        sku: may be empty.
        images: the pictures, the main one first; at least one, at most ``MAX_IMAGES``.
        attributes: flat string map.
    """

    entity_id: str
    sku: str
    images: Sequence[RegisteredImage]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def product(self) -> Product:
        """The product as it is stored."""
        main, *further = (image.stored for image in self.images)
        return Product(
            entity_id=self.entity_id,
            sku=self.sku,
            image_url=main.image_url,
            fingerprint_id=main.fingerprint_id,
            attributes=self.attributes,
            state=main.state,
            source_revision=main.source_revision,
            further_images=tuple(further),
        )


def require_valid(registration: Registration) -> None:
    """Refuse what no store keeps as it is.

    Raises:
        BadParameterError: the entity_id, the sku, an address or an attribute is too long, empty or
            not storable; or there are too many images.
    """
    flaw = product_flaw(
        registration.entity_id,
        registration.sku,
        [image.image_url for image in registration.images],
        registration.attributes,
    )
    if flaw is not None:
        raise BadParameterError(flaw)


def register(storage: Storage, registrations: Sequence[Registration], now: int) -> list[PutOutcome]:
    """Write the products, the pictures that they show, and events, in one transaction.

    A stored picture is not written again where its product stays as it is, or where it was seen
    within ``SEEN_AGAIN_SECONDS``: DynamoDB would count its whole item of 17 KB, 34 units. It is
    where it comes with an embedding that it lacks, such as that of a model that was away before.

    Args:
        storage: where to.
        registrations: products, each with the pictures it shows.
        now: seconds since the epoch (UTC); the time when the pictures were last seen.

    Returns:
        What the write of each product changed, in order.

    Raises:
        StorageUnavailableError: nothing was written, or everything and the answer was lost.
    """
    with storage.transaction():
        outcomes = storage.products.put_many([item.product for item in registrations])
        storage.pictures.put_many(_to_be_seen(storage, registrations, outcomes, now))
        storage.events.add(_events(registrations, outcomes, now))
    return outcomes


def _to_be_seen(
    storage: Storage,
    registrations: Sequence[Registration],
    outcomes: Sequence[PutOutcome],
    now: int,
) -> list[Picture]:
    """The pictures that have to be written.

    A sweep removes no picture that a stored product shows, and none that was seen within a day.
    """
    pictures: dict[str, Picture] = {}
    newly_shown: set[str] = set()
    for item, outcome in zip(registrations, outcomes, strict=True):
        own = {each.fingerprint.fingerprint_id: each.fingerprint for each in item.images}
        pictures |= {name: Picture(fingerprint, now) for name, fingerprint in own.items()}
        newly_shown |= own.keys() if outcome is not PutOutcome.UNCHANGED else set()
    stored = storage.pictures.get_many(pictures)
    lately = now - SEEN_AGAIN_SECONDS
    return [
        picture
        for name, picture in pictures.items()
        if name not in stored
        or (name in newly_shown and stored[name].last_seen < lately)
        or not picture.fingerprint.embeddings.keys() <= stored[name].fingerprint.embeddings.keys()
    ]


def _events(
    registrations: Sequence[Registration], outcomes: Sequence[PutOutcome], now: int
) -> list[Event]:
    """What there is to tell: a product that stays as it is says nothing."""
    return [
        Event.new(
            EventType.PICTURE_REGISTERED,
            item.entity_id,
            {**described(item.product), "outcome": outcome.value},
            now,
        )
        for item, outcome in zip(registrations, outcomes, strict=True)
        if outcome is not PutOutcome.UNCHANGED
    ]


def described(product: Product) -> dict[str, Any]:
    """A product as events have it."""
    return {
        "entity_id": product.entity_id,
        "sku": product.sku,
        "images": [
            {"image_url": image.image_url, "fingerprint_id": image.fingerprint_id}
            for image in product.images
        ],
    }
