"""What a hash algorithm and a fingerprinter promise. ``tests/contract`` holds each to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lambdas.shared.images.preparation import PreparedPicture
from lambdas.shared.pictures import Fingerprint


@dataclass(frozen=True, slots=True)
class QueryFingerprint:
    """A picture that is asked about.

    Attributes:
        fingerprint: as it would be stored.
        rows: by algorithm, the hashes to search with, shape (forms, bits / 8), uint8: ``phash`` in
            the eight flips and quarter turns of each frame, ``deep`` as it is.
    """

    fingerprint: Fingerprint
    rows: dict[str, NDArray[np.uint8]]


class Fingerprinter(ABC):
    """Computes fingerprints of one algorithm version. Safe to call from several threads."""

    version: str

    @abstractmethod
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """What is stored of a picture."""

    @abstractmethod
    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """What a picture is searched with, and its fingerprint."""
