"""The pictures that a stored picture is compared with, the most likely copies first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.matching.retrieval import in_verification_order, nearest_for
from lookalike.storage.interfaces import VectorIndex


class Candidates(ABC):
    """Knows what each picture may be a copy of."""

    @abstractmethod
    def of(self, query: QueryFingerprint) -> Iterable[str]:
        """Fingerprint ids, the likeliest first."""

    @abstractmethod
    def count(self) -> int:
        """The number of pictures that are searched."""


class NearestPictures(Candidates):
    """The nearest pictures of an index on all hashes.

    Args:
        vectors: the index.
    """

    def __init__(self, vectors: VectorIndex) -> None:
        self._vectors = vectors

    @override
    def of(self, query: QueryFingerprint) -> Iterable[str]:
        limit = nearest_for(self._vectors.count())
        found = self._vectors.nearest(query.rows, limit)
        return in_verification_order(found, own=query.fingerprint.fingerprint_id)

    @override
    def count(self) -> int:
        return self._vectors.count()
