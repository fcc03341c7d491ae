"""What a hash algorithm and a fingerprinter promise. ``tests/contract`` holds each to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.layout import HashLayout, HashRows
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint


class HashAlgorithm(ABC):
    """One binary hash. Without state of its own, so safe to call from several threads."""

    layout: ClassVar[HashLayout]

    @abstractmethod
    def stored(self, analysis: Analysis) -> dict[str, bytes]:
        """The hashes of a catalogue picture by field of the layout, each bits / 8 bytes long."""

    @abstractmethod
    def queried(self, analysis: Analysis) -> HashRows:
        """The hashes to search with, shape (forms, bits / 8): at least one row."""


@dataclass(frozen=True, slots=True)
class QueryFingerprint:
    """A picture that is asked about.

    Attributes:
        fingerprint: as it would be stored, but for hashes that only a catalogue picture needs
            (``deep_centre`` and the signature).
        rows: by algorithm, the hashes to search with: ``phash`` in the eight flips and quarter
            turns of each frame, ``deep`` of the trimmed frame as it is.
        cells: of the trimmed frame before they become bits, shape (784, 64), of unit length.
    """

    fingerprint: Fingerprint
    rows: Mapping[str, HashRows]
    cells: NDArray[np.float32]


class Fingerprinter(ABC):
    """Computes fingerprints of one algorithm version. Safe to call from several threads."""

    version: str

    @abstractmethod
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """What is stored of a picture."""

    @abstractmethod
    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """What a picture is searched with, and its fingerprint."""
