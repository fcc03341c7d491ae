"""Products: the entries of a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ProductState(StrEnum):
    """Whether a picture of a product takes part in matching."""

    ACTIVE = "active"
    """The picture takes part in matching."""
    FEATURELESS = "featureless"
    """The picture shows too little to be matched: only the identical picture finds it."""


@dataclass(frozen=True, slots=True)
class ProductImage:
    """One of the pictures that a product shows, and where it came from.

    Attributes:
        image_url: web address, path in the catalogue, or ``None`` for an uploaded picture.
        fingerprint_id: the picture.
        state: whether the picture takes part in matching.
        source_revision: opaque mark of the picture's source, such as size and time of a file. It
            tells an import that the picture is unchanged without decoding it.
    """

    image_url: str | None
    fingerprint_id: str
    state: ProductState = ProductState.ACTIVE
    source_revision: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """One catalogue entry. It shows a main picture, and may show further ones.

    Attributes:
        entity_id: unique key, not empty.
        sku: stock-keeping unit; several entries may share one. May be empty.
        image_url: of the main picture; this and the others as in ``ProductImage``.
        attributes: flat string map, such as category or seller.
        fingerprint_id: the main picture.
        state: whether the main picture takes part in matching.
        source_revision: of the main picture.
        further_images: the pictures behind the main one, in the order of their owner.
    """

    entity_id: str
    sku: str
    image_url: str | None
    fingerprint_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    state: ProductState = ProductState.ACTIVE
    source_revision: str = ""
    further_images: tuple[ProductImage, ...] = ()

    @property
    def images(self) -> tuple[ProductImage, ...]:
        """All pictures, the main one first."""
        main = ProductImage(self.image_url, self.fingerprint_id, self.state, self.source_revision)
        return (main, *self.further_images)

    @property
    def pictures(self) -> list[str]:
        """The fingerprint ids of the pictures that it shows, each once, the main one first."""
        return list(dict.fromkeys(image.fingerprint_id for image in self.images))

    def image_index(self, fingerprint_id: str) -> int:
        """The place of a picture among ``images``; 0 is the main one.

        Raises:
            ValueError: the product does not show it.
        """
        return [image.fingerprint_id for image in self.images].index(fingerprint_id)
