"""Choices that look random and are the same in every run: they follow from digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeededOrder:
    """A sort key for names: the order looks random, and is the same in every run.

    Attributes:
        seed: of the run.
        salt: names the choice; each salt gives another order.
    """

    seed: int
    salt: str

    def __call__(self, name: str) -> int:
        """The place of a name in the order."""
        return digest_number(self.seed, self.salt, name)


def digest_number(*parts: object) -> int:
    """31 bits of the SHA-256 digest of the parts."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
