"""Values for tests where it does not matter what they are, only that they are whole.

The same number always gives the same value, and different numbers give unrelated ones.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from lookalike.decisions import DecidedPicture, Decision, DecisionKind, Side
from lookalike.fingerprint.layout import LAYOUTS
from lookalike.pictures import Fingerprint, Picture, VectorEntry
from lookalike.products import Product, ProductImage, ProductState

VERSION = "test-1"
"""The algorithm version that the builders use unless told otherwise."""


def a_fingerprint_id(number: int = 0) -> str:
    """32 hex digits."""
    return f"{random.Random(f'id {number}').getrandbits(128):032x}"  # noqa: S311 - repeatable


def some_hashes(number: int = 0, *, trimmed: bool = False) -> dict[str, bytes]:
    """Random hashes of every field; ``phash_trimmed`` only where asked for."""
    source = random.Random(f"hashes {number}")  # noqa: S311 - repeatable
    return {
        field: source.randbytes(layout.bits // 8)
        for layout in LAYOUTS.values()
        for field in layout.fields
        if trimmed or field != "phash_trimmed"
    }


def with_flipped_bits(hash_bytes: bytes, bits: int, number: int = 0) -> bytes:
    """A hash at exactly this Hamming distance."""
    source = random.Random(f"flips {number}")  # noqa: S311 - repeatable
    value = int.from_bytes(hash_bytes)
    for position in source.sample(range(8 * len(hash_bytes)), bits):
        value ^= 1 << position
    return value.to_bytes(len(hash_bytes))


def a_fingerprint(  # noqa: PLR0913 - every part can be told
    number: int = 0,
    *,
    version: str = VERSION,
    hashes: Mapping[str, bytes] | None = None,
    quality: int = 80,
    trimmed: bool = False,
    signature: bytes = b"",
) -> Fingerprint:
    """A fingerprint of a 400 x 533 photograph."""
    return Fingerprint(
        fingerprint_id=a_fingerprint_id(number),
        version=version,
        hashes=some_hashes(number, trimmed=trimmed) if hashes is None else hashes,
        quality=quality,
        width=400,
        height=533,
        trim_box=(0.1, 0.05, 0.9, 1.0) if trimmed else (0.0, 0.0, 1.0, 1.0),
        signature=signature,
    )


def a_picture(  # noqa: PLR0913 - every part can be told
    number: int = 0,
    *,
    last_seen: int = 1_000_000,
    version: str = VERSION,
    hashes: Mapping[str, bytes] | None = None,
    quality: int = 80,
    trimmed: bool = False,
    signature: bytes = b"",
) -> Picture:
    """A picture with the fingerprint of that number."""
    fingerprint = a_fingerprint(
        number,
        version=version,
        hashes=hashes,
        quality=quality,
        trimmed=trimmed,
        signature=signature,
    )
    return Picture(fingerprint, last_seen)


def a_vector_entry(number: int = 0, *, version: str = VERSION) -> VectorEntry:
    """The index entry of the picture of that number."""
    return VectorEntry.of(a_fingerprint(number, version=version))


def an_image(number: int = 0, *, state: ProductState = ProductState.ACTIVE) -> ProductImage:
    """A further picture of a product: the picture of that number."""
    return ProductImage(
        image_url=f"https://shop.example/further/{number}.jpg",
        fingerprint_id=a_fingerprint_id(number),
        state=state,
        source_revision=f"revision {number}",
    )


def a_product(  # noqa: PLR0913 - every part can be told
    number: int = 0,
    *,
    entity_id: str | None = None,
    sku: str | None = None,
    fingerprint_id: str | None = None,
    attributes: Mapping[str, str] | None = None,
    state: ProductState = ProductState.ACTIVE,
    source_revision: str = "",
    further: Sequence[int] = (),
) -> Product:
    """A product that shows the picture of that number unless told otherwise.

    Args:
        further: numbers of its further pictures.
    """
    return Product(
        entity_id=f"entity-{number:06d}" if entity_id is None else entity_id,
        sku=f"SKU-{number}" if sku is None else sku,
        image_url=f"https://shop.example/{number}.jpg",
        fingerprint_id=a_fingerprint_id(number) if fingerprint_id is None else fingerprint_id,
        attributes={"category": "shirts"} if attributes is None else attributes,
        state=state,
        source_revision=source_revision,
        further_images=tuple(map(an_image, further)),
    )


def a_decided_picture(number: int = 0, version: str = VERSION) -> DecidedPicture:
    """The picture of that number, as a decision keeps it."""
    return DecidedPicture.of(a_fingerprint(number, version=version))


def a_decision(
    one: int = 0,
    other: int = 1,
    kind: DecisionKind = DecisionKind.NOT_DUPLICATE,
    note: str = "another print",
    by: str = "Ada",
) -> Decision:
    """A decision about the products of these numbers, which show the pictures of these numbers."""
    sides = [Side(f"entity-{number:06}", (a_decided_picture(number),)) for number in (one, other)]
    return Decision.about(sides, kind, 1_000_000.5, note, by)
