"""Products: the entries of a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ProductState(StrEnum):
    """Whether a product's picture takes part in matching."""

    ACTIVE = "active"
    """The picture takes part in matching."""
    FEATURELESS = "featureless"
    """The picture shows too little to be matched: only the identical picture finds the product."""


@dataclass(frozen=True, slots=True)
class Product:
    """One catalogue entry.

    Attributes:
        entity_id: unique key, not empty.
        sku: stock-keeping unit; several entries may share one. May be empty.
        image_url: web address, path in the catalogue, or ``None`` for an uploaded picture.
        attributes: flat string map, such as category or seller.
        fingerprint_id: the picture that this product shows.
        state: whether its picture takes part in matching.
        source_revision: opaque mark of the picture's source, such as size and time of a file. It
            tells an import that a row is unchanged without decoding the picture.
    """

    entity_id: str
    sku: str
    image_url: str | None
    fingerprint_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    state: ProductState = ProductState.ACTIVE
    source_revision: str = ""
