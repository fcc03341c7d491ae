"""Which binary hashes a fingerprint has, and in which fields they are stored and indexed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HashRows = NDArray[np.uint8]
"""Binary hashes, shape (rows, bits / 8), bits packed most significant first."""


@dataclass(frozen=True, slots=True)
class HashLayout:
    """How one hash algorithm is stored.

    Attributes:
        name: the algorithm, as queries name it.
        bits: length of one hash, a multiple of 64.
        fields: the fields a picture may store it in; the first is always there.
    """

    name: str
    bits: int
    fields: tuple[str, ...]


PHASH = HashLayout("phash", 64, ("phash", "phash_trimmed"))
DEEP = HashLayout("deep", 512, ("deep", "deep_centre"))
LAYOUTS = {layout.name: layout for layout in (PHASH, DEEP)}
