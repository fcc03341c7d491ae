"""Embeddings of pictures: how they are packed, and the store that keeps and searches them.

An embedding is a vector of unit length that a model computes of a picture; the cosine of two of
them says how much the pictures look alike. Each belongs to one version of one model, and several
versions stand side by side. Of the kinds of storage, those of one machine have such a store.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lookalike.pictures import Fingerprint
from lookalike.storage.duplicates import StorageWithLinks
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter

Vector = NDArray[np.float32]
"""One embedding, shape (dimension,), of unit length."""
Vectors = NDArray[np.float32]
"""Embeddings, shape (rows, dimension), each of unit length."""

_STORED = np.dtype("<f2")


class Quantisation(StrEnum):
    """How an index holds embeddings in memory; what is stored stays the same."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """The embeddings of one version of a model, and how they are searched.

    Attributes:
        version: of the model; embeddings of different versions are never compared.
        dimension: numbers of an embedding.
        quantisation: of the index.
    """

    version: str
    dimension: int
    quantisation: Quantisation = Quantisation.FLOAT16


@dataclass(frozen=True, slots=True)
class Likeness:
    """A picture and the cosine (-1 to 1; 1 = the same direction) to the query."""

    fingerprint_id: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Unembedded:
    """Some pictures that have no embedding of a version, and may get one.

    Attributes:
        fingerprint_ids: of the pictures; may be empty although there are others.
        after: where the next part begins.
        is_last: whether no picture comes after these.
    """

    fingerprint_ids: Sequence[str]
    after: int
    is_last: bool


class EmbeddingStore(ABC):
    """Embeddings of stored pictures, for several versions of models.

    A picture that is put with ``Fingerprint.embeddings`` has them with the end of the same
    transaction, and one that is removed loses them.
    """

    @abstractmethod
    def add(self, version: str, packed: Mapping[str, bytes]) -> int:
        """Add embeddings to stored pictures; how many were new.

        Pictures that are not stored are passed over, and what a picture has already stays.

        Args:
            version: of the model.
            packed: by fingerprint id, as ``pack`` returns them.
        """

    @abstractmethod
    def get(self, space: EmbeddingSpace, fingerprint_id: str) -> Vector | None:
        """The embedding of a picture; ``None`` if it has none of this version.

        Raises:
            ValueError: it has another dimension than the space.
        """

    @abstractmethod
    def nearest(
        self,
        space: EmbeddingSpace,
        query: Vector,
        limit: int,
        wanted: ProductFilter = EVERY_PRODUCT,
    ) -> list[Likeness]:
        """The up to ``limit`` pictures with the highest cosine to the query, highest first.

        Conditions hold before the pictures are chosen: of those that show a wanted product, the
        nearest are found, however many others are nearer. Cosines are as exact as the quantisation
        of the space.

        Args:
            space: what is searched.
            query: of unit length.
            limit: 1 or more.
            wanted: pictures count that at least one such product shows.

        Raises:
            ValueError: the query has another dimension, or ``limit`` is below 1.
        """

    @abstractmethod
    def counts(self) -> dict[str, int]:
        """The number of pictures that have an embedding, by version; none is zero."""

    @abstractmethod
    def unembedded(self, version: str, after: int, limit: int) -> Unembedded:
        """Pictures of the storage's algorithm version without an embedding, in a fixed order.

        Those that the model refuses are left out.

        Args:
            version: of the model.
            after: where to begin; 0 is before all. Pictures that are put later come later.
            limit: pictures that are looked at, with an embedding or without.
        """

    @abstractmethod
    def sizes(self) -> dict[str, int]:
        """The bytes that the embeddings of each version take; none is zero."""

    @abstractmethod
    def refuse(self, version: str, reasons: Mapping[str, str]) -> None:
        """Remember that a model refuses pictures for good; those not stored are passed over.

        Args:
            version: of the model.
            reasons: sentences by fingerprint id.
        """

    @abstractmethod
    def refusals(self, version: str) -> dict[str, str]:
        """Why the model refuses pictures, by fingerprint id, in a fixed order."""

    @abstractmethod
    def forget_refusals(self, version: str) -> None:
        """Let the model be asked again for the pictures that it refused."""

    @abstractmethod
    def drop(self, version: str) -> None:
        """Remove all embeddings and refusals of a version."""

    @abstractmethod
    def alias(self, name: str) -> str | None:
        """The version that a name stands for."""

    @abstractmethod
    def set_alias(self, name: str, version: str) -> None:
        """Let a name stand for a version from now on."""


class StorageWithEmbeddings(StorageWithLinks):
    """A storage that also keeps the embeddings of its pictures."""

    embeddings: EmbeddingStore


def pack(vector: Vector) -> bytes:
    """An embedding as it is stored: little-endian half floats.

    Their error of 2e-4 in a cosine is far below what separates two pictures.
    """
    return vector.astype(_STORED).tobytes()


def unpack(packed: Sequence[bytes], dimension: int) -> Vectors:
    """Embeddings as they were before ``pack``.

    Raises:
        ValueError: one has another dimension.
    """
    if any(len(each) != dimension * _STORED.itemsize for each in packed):
        raise ValueError(f"an embedding does not have {dimension} numbers")
    return np.frombuffer(b"".join(packed), _STORED).reshape(-1, dimension).astype(np.float32)


def by_version(fingerprints: Iterable[Fingerprint]) -> dict[str, dict[str, bytes]]:
    """The embeddings that come with fingerprints, by version and fingerprint id."""
    found: dict[str, dict[str, bytes]] = {}
    for fingerprint in fingerprints:
        for version, packed in fingerprint.embeddings.items():
            found.setdefault(version, {})[fingerprint.fingerprint_id] = packed
    return found


def require_query(space: EmbeddingSpace, query: Vector, limit: int) -> None:
    """Refuse invalid arguments of ``EmbeddingStore.nearest``.

    Raises:
        ValueError: the query has another dimension, or ``limit`` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be 1 or more, not {limit}")
    if query.shape != (space.dimension,):
        raise ValueError(f"a query must have the shape ({space.dimension},), not {query.shape}")
