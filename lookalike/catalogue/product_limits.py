"""The limits of a product's values, the same for requests, catalogue files and programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

MAX_ENTITY_ID_LENGTH = 256
"""Characters; at most 1,024 bytes of UTF-8, half of what a DynamoDB key may have."""
MAX_SKU_LENGTH = 256
MAX_URL_LENGTH = 4096
"""Characters of an address in a catalogue; a path may be longer than a web address."""
MAX_IMAGES = 20
"""Pictures of a product. Twice as many and one are the items that replacing it writes on AWS, where
a transaction has 100."""
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE_NAME_LENGTH = 100
MAX_ATTRIBUTE_VALUE_LENGTH = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAX_SHOWN = 50
"""Characters of an attribute's name that a message repeats."""


def is_storable(text: str) -> bool:
    """Return whether every store keeps a text as it is: it fits into UTF-8 and has no NUL."""
    if text.isascii():
        return "\0" not in text
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def entity_id_flaw(entity_id: str) -> str | None:
    """Return why an id is refused, as the end of a sentence about it, or ``None``."""
    if _CONTROL.search(entity_id):
        return "must not have a control character, such as a line end"
    if entity_id in {".", ".."}:
        return "must not be '.' or '..': in a path, clients take these for folders"
    return None


def product_flaw(
    entity_id: str, sku: str, image_urls: Sequence[str | None], attributes: Mapping[str, str]
) -> str | None:
    """Return why no store keeps a product with these values, as a sentence, or ``None``."""
    return next(_flaws(entity_id, sku, image_urls, attributes), None)


def _flaws(
    entity_id: str, sku: str, image_urls: Sequence[str | None], attributes: Mapping[str, str]
) -> Iterator[str]:
    if not entity_id:
        yield "The entity_id must not be empty."
    yield from _text_flaws("entity_id", entity_id, MAX_ENTITY_ID_LENGTH)
    if flaw := entity_id_flaw(entity_id):
        yield f"The entity_id {flaw}."
    yield from _text_flaws("sku", sku, MAX_SKU_LENGTH)
    for image_url in image_urls:
        yield from _text_flaws("image_url", image_url or "", MAX_URL_LENGTH)
    if len(image_urls) > MAX_IMAGES:
        yield f"There are more than {MAX_IMAGES} images; a product has at most {MAX_IMAGES}."
    if len(attributes) > MAX_ATTRIBUTES:
        yield (
            f"There are more than {MAX_ATTRIBUTES} attributes; a product has at most "
            f"{MAX_ATTRIBUTES}."
        )
    for name, value in attributes.items():
        yield from _attribute_flaws(name, value)


def _attribute_flaws(name: str, value: str) -> Iterator[str]:
    if not name:
        yield "The name of an attribute must not be empty."
    yield from _text_flaws("An attribute's name", name, MAX_ATTRIBUTE_NAME_LENGTH)
    yield from _text_flaws(name[:_MAX_SHOWN], value, MAX_ATTRIBUTE_VALUE_LENGTH)


def _text_flaws(name: str, text: str, max_length: int) -> Iterator[str]:
    if len(text) > max_length:
        yield f"{name} has more than {max_length} characters."
    if not is_storable(text):
        yield f"{name} has a character that cannot be stored."
