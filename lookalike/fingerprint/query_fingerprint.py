"""The fingerprint of a query: what a picture is searched and verified with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import Fingerprint


@dataclass(frozen=True, slots=True)
class QueryFingerprint:
    """The fingerprint of a picture that is checked or compared.

    Attributes:
        fingerprint: as it would be stored, without the signature and without the hashes that only
            a catalogue picture needs (``deep_centre``).
        rows: by hash algorithm, the hashes to search with: ``phash`` in the eight flips and
            quarter turns of each frame, ``deep`` of the trimmed frame as it is.
        cells: of the trimmed frame before they become bits, shape (784, 64), of unit length.
    """

    fingerprint: Fingerprint
    rows: Mapping[str, HashRows]
    cells: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DeferredQuery:
    """The deep hash of a picture that may be checked, and the rest once it is needed.

    Attributes:
        deep: the row to search with, shape (1, bytes).
        complete: computes the fingerprint, with what is known already.
    """

    deep: HashRows
    complete: Callable[[], QueryFingerprint]
