"""Synthetic catalogues, whose fingerprints are real ones with some bits flipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from scripts.benchmarks.pictures import photos

Packed = dict[str, NDArray[np.uint8]]
"""Hashes by field, each of shape (rows, bits / 8)."""

NOISE = 0.06
"""Share of bits that differ from the base: about as many as between two edits of a picture."""
TRIMMED_SHARE = 0.2
"""Share of pictures with a border that was trimmed."""
BATCH = 10_000
LAST_SEEN = 1_000_000


def sample_fingerprints(number: int) -> list[Fingerprint]:
    """Fingerprints of the first sample photographs."""
    fingerprinter = PictureFingerprinter(Network.load())
    return [fingerprinter.fingerprint(prepare(photo.content)) for photo in photos(number)]


def bases_of(fingerprints: Sequence[Fingerprint]) -> Packed:
    """The hashes of fingerprints; a missing one is replaced by the algorithm's first hash."""
    return {
        field: np.stack(
            [
                np.frombuffer(found.hashes.get(field, found.hashes[layout.fields[0]]), np.uint8)
                for found in fingerprints
            ]
        )
        for layout in LAYOUTS.values()
        for field in layout.fields
    }


def noisy(
    bases: Packed, rows: NDArray[np.intp], source: np.random.Generator, share: float = NOISE
) -> Packed:
    """The hashes in these rows of the bases, with this share of their bits flipped."""
    return {
        field: values[rows]
        ^ np.packbits(source.random((len(rows), 8 * values.shape[1]), np.float32) < share, axis=1)
        for field, values in bases.items()
    }


def synthetic_pictures(
    number: int, bases: Packed, source: np.random.Generator
) -> Iterator[list[Picture]]:
    """Pictures with noisy hashes of the bases, in batches."""
    for first in range(0, number, BATCH):
        count = min(BATCH, number - first)
        hashes = noisy(bases, source.integers(0, len(bases[PHash.layout.name]), count), source)
        trimmed = source.random(count) < TRIMMED_SHARE
        ids = source.bytes(16 * count).hex()
        yield [
            _picture(
                ids[32 * row : 32 * row + 32],
                {
                    field: values[row].tobytes()
                    for field, values in hashes.items()
                    if field != "phash_trimmed" or trimmed[row]
                },
            )
            for row in range(count)
        ]


def product_of(picture: Picture, number: int) -> Product:
    """A product that shows this picture."""
    return Product(
        entity_id=f"{number:08d}",
        sku=f"K{number}",
        image_url=f"https://shop.example/media/{picture.fingerprint_id}.jpg",
        fingerprint_id=picture.fingerprint_id,
        attributes={"category": "shirts"},
    )


def _picture(fingerprint_id: str, hashes: dict[str, bytes]) -> Picture:
    fingerprint = Fingerprint(
        fingerprint_id, ALGORITHM_VERSION, hashes, quality=80, width=400, height=533
    )
    return Picture(fingerprint, LAST_SEEN)
