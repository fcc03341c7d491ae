"""The crop-resistant hash of imagehash: one hash for every bright or dark region."""

from __future__ import annotations

from collections.abc import Mapping

import imagehash
import numpy as np

from lookalike.evaluation.methods.hashes import decoded
from lookalike.evaluation.methods.method import TOP, Hit, Index, Method

SEGMENT_BITS = 64
MAX_DIFFERING = SEGMENT_BITS // 4
"""Bits in which a region may differ: imagehash's default, a quarter."""


class CropResistant(Method):
    """``imagehash.crop_resistant_hash`` with its defaults; too slow to be a default method."""

    name = "crop_resistant"
    title = "crop-resistant hash"

    def describe(self, picture: bytes) -> bytes:
        """The hashes of all regions, packed."""
        found = imagehash.crop_resistant_hash(decoded(picture))
        return b"".join(np.packbits(segment.hash).tobytes() for segment in found.segment_hashes)

    def index(
        self,
        described: Mapping[str, bytes],
        skus: Mapping[str, str],  # noqa: ARG002 - hashes know no products
    ) -> Index:
        """An index that compares every query with every region."""
        return _SegmentIndex(self, described)


class _SegmentIndex(Index):
    def __init__(self, method: CropResistant, described: Mapping[str, bytes]) -> None:
        self._method = method
        self._ids = list(described)
        counts = [len(segments) * 8 // SEGMENT_BITS for segments in described.values()]
        self._first = np.cumsum([0, *counts[:-1]])
        self._segments = np.frombuffer(b"".join(described.values()), np.uint64)

    def search(self, query: bytes, excluded: frozenset[str], top: int = TOP) -> list[Hit]:
        """Scored as imagehash does: by the number of matching regions, then by their distances."""
        regions = np.frombuffer(self._method.describe(query), np.uint64)
        bits = np.bitwise_count(regions[:, None] ^ self._segments[None]).astype(np.int64)
        nearest = np.minimum.reduceat(bits, self._first, axis=1)
        matching = nearest <= MAX_DIFFERING
        matches = matching.sum(axis=0)
        residue = (nearest * matching).sum(axis=0) / np.maximum(1, matches * SEGMENT_BITS)
        scores = np.maximum(0, matches - residue) / len(regions)
        order = np.argsort(-scores, kind="stable")
        best = [row for row in order if self._ids[row] not in excluded][:top]
        return [Hit(self._ids[row], float(scores[row])) for row in best]
