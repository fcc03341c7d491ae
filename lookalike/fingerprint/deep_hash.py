"""512-bit deep hash: on which side of 512 planes the network's output for a picture lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.hash_algorithm import HashAlgorithm, HashLayout, HashRows

if TYPE_CHECKING:
    from lookalike.fingerprint.analysis import Analysis

BITS_PER_LOG_ODDS = 20.0
"""So many bits of distance lower the log odds of a copy by one."""


class DeepHash(HashAlgorithm):
    """The deep hash of the trimmed frame and, of a catalogue picture, of the frame's centre.

    Its graphs need many candidates where many pictures are near each other, and a check searches
    only two of them; it searches sixteen of the pHash.
    """

    layout = HashLayout("deep", bits=512, fields=("deep", "deep_centre"), ef_search=1024)

    def stored_hashes(self, analysis: Analysis) -> dict[str, bytes]:
        """``deep`` of the trimmed frame, ``deep_centre`` of its centre."""
        projections = (analysis.whole.deep, analysis.centre.deep)
        return {
            field: _bits(projection).tobytes()
            for field, projection in zip(self.layout.fields, projections, strict=True)
        }

    def query_rows(self, analysis: Analysis) -> HashRows:
        """One row: the trimmed frame as it is."""
        return _bits(analysis.whole.deep)[None]

    def retrieval_score(self, distance: int) -> float:
        """Every bit counts the same."""
        return -distance / BITS_PER_LOG_ODDS


def _bits(projection: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.packbits(projection > 0)
