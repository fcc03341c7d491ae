"""Made fingerprints, to see what a larger catalogue does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lambdas.shared.pictures import Fingerprint

FLIPPED = 0.25
"""Share of bits by which a made hash differs from a real one: in the lower tail of strangers."""


def made_fingerprints(
    real: Sequence[Fingerprint], number: int, seed: int
) -> Iterator[tuple[str, Fingerprint]]:
    """Strangers, by entity id: the hashes near one real picture, all else of another one.

    They come up as candidates as real strangers do, since their hashes lie where pictures lie, and
    have to be refused by what is looked at then.
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
