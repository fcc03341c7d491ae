"""Made fingerprints, to see what a larger catalogue does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lambdas.shared.pictures import Fingerprint

FLIPPED = 0.42
"""Share of bits by which a made hash differs from a real one. With .5 they would lie where no
picture lies; with this the nearest of some thousand are as far as the nearest real strangers of the
deep hash are (190 of 512 bits)."""


def made_fingerprints(
    real: Sequence[Fingerprint], number: int, seed: int
) -> Iterator[tuple[str, Fingerprint]]:
    """Strangers, by entity id: the hashes lean towards one real picture, all else is of another.

    They come up as candidates about as real strangers do, and have to be refused by what is looked
    at then. Simpler than real pictures: what they show has nothing to do with their hashes.
    """
    rng = np.random.default_rng(seed)
    for index in range(number):
        near, like = rng.choice(len(real), 2, replace=len(real) < 2)  # noqa: PLR2004 - a pair
        hashes = _flipped(real[near].hashes, rng)
        name = f"made-{seed}-{index}"
        yield name, replace(real[like], fingerprint_id=rng.bytes(16).hex(), hashes=hashes)


def _flipped(hashes: Mapping[str, bytes], rng: np.random.Generator) -> dict[str, bytes]:
    return {
        name: bytes(
            np.frombuffer(value, np.uint8) ^ np.packbits(rng.random(8 * len(value)) < FLIPPED)
        )
        for name, value in hashes.items()
    }
