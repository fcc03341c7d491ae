"""A binary hash: how it is stored, searched, computed and scored, declared in one class.

A new hash is a file with such a class, a line in ``registry`` and a raised ``version.RECIPE``.
Functions that only store and search hashes import the registry, too, and have neither Pillow nor
onnxruntime: the file of a hash imports neither, and reads pixels through its ``Analysis``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lookalike.fingerprint.analysis import Analysis

HashRows = NDArray[np.uint8]
"""Binary hashes, shape (rows, bits / 8), bits packed most significant first."""


@dataclass(frozen=True, slots=True)
class HashLayout:
    """How the values of one hash algorithm are stored and searched.

    Attributes:
        name: the algorithm, as queries name it.
        bits: length of one hash, a multiple of 64.
        fields: the fields that a picture may store it in; the first is always there.
        ef_search: candidates that a graph (HNSW) of this hash is searched with.
        exact_field: where an index of graphs also keeps the values as keywords, so that equal
            hashes are found for certain. Short hashes need it: many pictures share one value.
    """

    name: str
    bits: int
    fields: tuple[str, ...]
    ef_search: int
    exact_field: str | None = None


class HashAlgorithm(ABC):
    """One binary hash. It has no state, so several threads may call it at once."""

    layout: ClassVar[HashLayout]

    @abstractmethod
    def stored_hashes(self, analysis: Analysis) -> dict[str, bytes]:
        """Hash a catalogue picture.

        Returns:
            By field of the layout, hashes of bits / 8 bytes each.
        """

    @abstractmethod
    def query_rows(self, analysis: Analysis) -> HashRows:
        """Hash a query in every form in which it is searched.

        Returns:
            Shape (forms, bits / 8), at least one row.
        """

    @abstractmethod
    def retrieval_score(self, distance: int) -> float:
        """What a distance on this hash adds to the retrieval score of a picture.

        Args:
            distance: bits, 0 to ``layout.bits``.

        Returns:
            Log odds that the picture is a copy, up to a constant; never higher for a larger
            distance.
        """
