"""512-bit deep hash: which side of 512 planes the network's description of a picture lies on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.layout import DEEP, HashRows


class DeepHash(HashAlgorithm):
    """Two hashes a catalogue picture: of its trimmed frame and of the centre of that."""

    layout = DEEP

    def stored(self, analysis: Analysis) -> dict[str, bytes]:
        """``deep`` of the trimmed frame, ``deep_centre`` of its centre."""
        projections = (analysis.whole.deep, analysis.centre.deep)
        return {
            field: _bits(projection).tobytes()
            for field, projection in zip(DEEP.fields, projections, strict=True)
        }

    def queried(self, analysis: Analysis) -> HashRows:
        """One row: the trimmed frame as it is."""
        return _bits(analysis.whole.deep)[None]


def _bits(projection: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.packbits(projection > 0)
