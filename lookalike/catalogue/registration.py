"""Registration of products and the pictures they show, for single requests and imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookalike.errors import BadParameterError
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product, ProductState
from lookalike.storage.interfaces import PutOutcome, Storage

MAX_ENTITY_ID_LENGTH = 256
"""Characters; at most 1,024 bytes of UTF-8, half of what a DynamoDB key may have."""
MAX_SKU_LENGTH = 256
MAX_URL_LENGTH = 4096
"""Characters of an address in a catalogue; a path may be longer than a web address."""
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE_NAME_LENGTH = 100
MAX_ATTRIBUTE_VALUE_LENGTH = 1000


def is_storable(text: str) -> bool:
    """Whether every store keeps a text unchanged: it can be encoded in UTF-8 and has no NUL."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def entity_id_flaw(entity_id: str) -> str | None:
    """Why an id is refused, as the end of a sentence about it; ``None`` where it is not refused."""
    if any(character < " " or character == "\x7f" for character in entity_id):
        return "must not have a control character, such as a line end"
    if entity_id in {".", ".."}:
        return "must not be '.' or '..': in a path, clients take these for folders"
    return None


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
    texts = [
        ("entity_id", registration.entity_id, MAX_ENTITY_ID_LENGTH),
        ("sku", registration.sku, MAX_SKU_LENGTH),
        ("image_url", registration.image_url or "", MAX_URL_LENGTH),
        *(
            ("An attribute's name", name, MAX_ATTRIBUTE_NAME_LENGTH)
            for name in registration.attributes
        ),
        *(
            (name, value, MAX_ATTRIBUTE_VALUE_LENGTH)
            for name, value in registration.attributes.items()
        ),
    ]
    for name, text, limit in texts:
        if len(text) > limit:
            raise BadParameterError(f"{name} has more than {limit} characters.")
        if not is_storable(text):
            raise BadParameterError(f"{name} has a character that cannot be stored.")
    if not registration.entity_id or not all(registration.attributes):
        raise BadParameterError("The entity_id and the names of attributes must not be empty.")
    if flaw := entity_id_flaw(registration.entity_id):
        raise BadParameterError(f"The entity_id {flaw}.")
    if len(registration.attributes) > MAX_ATTRIBUTES:
        raise BadParameterError(f"A product has at most {MAX_ATTRIBUTES} attributes.")


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
