"""The index of products by looks that a database apart from the products keeps, on AWS.

Each product has one entry, with the embeddings of its pictures and its attributes, so that filters
hold before the nearest are chosen. An entry is made of nothing but the stored product and its
stored pictures: writing it twice is the same as once, and its digest tells whether it is behind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lookalike.storage.embeddings import EmbeddingSpace, Vector
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.synced_index import ChangeOutcome


@dataclass(frozen=True, slots=True)
class LooksEntry:
    """A product in the index.

    Attributes:
        entity_id: the product.
        digest: of what the entry is made of.
        attributes: of the product.
        embeddings: as ``pack`` returns them, by fingerprint id; without any, nothing finds it.
    """

    entity_id: str
    digest: str
    attributes: Mapping[str, str]
    embeddings: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class LooksRemoval:
    """A change after which the index no longer has the product."""

    entity_id: str


LooksChange = LooksEntry | LooksRemoval
"""One change of the index."""


@dataclass(frozen=True, slots=True)
class LikeProduct:
    """A product, a picture of it, and the cosine of that to the query, -1 to 1."""

    entity_id: str
    fingerprint_id: str
    cosine: float


class LooksIndex(ABC):
    """Products by the cosine of their embeddings, for one version of one model.

    Attributes:
        space: the embeddings in it.
    """

    space: EmbeddingSpace

    @abstractmethod
    def nearest(
        self, query: Vector, limit: int, wanted: ProductFilter = EVERY_PRODUCT
    ) -> list[LikeProduct]:
        """The up to ``limit`` pictures of products with the highest cosine, highest first.

        A product with several pictures may come with each. Equal cosines come by fingerprint id,
        then by entity id.

        Args:
            query: of unit length.
            limit: 1 to 10,000.
            wanted: of its conditions, those on attributes hold before pictures are chosen.

        Raises:
            ValueError: the query has another dimension, or ``limit`` is out of range.
            StorageUnavailableError: the index does not answer.
        """

    @abstractmethod
    def bulk(self, changes: Sequence[LooksChange]) -> list[ChangeOutcome]:
        """Apply what can be applied; one outcome per change, in order.

        An entry replaces that of the same product. Where several changes concern one product, the
        last one counts. A change that fails is an outcome, never an exception.
        """

    @abstractmethod
    def digests(self, entity_ids: Collection[str]) -> dict[str, str]:
        """The digests of the entries that the index has now, searchable or not yet.

        Raises:
            StorageUnavailableError: the index does not answer for every product.
        """

    @abstractmethod
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        """The first searchable entity ids greater than ``after``, ascending.

        Args:
            after: an id; the empty string is less than every id.
            limit: 1 to 10,000.
            until: the greatest id that is asked for; the empty string: there is none.

        Raises:
            StorageUnavailableError: the index does not answer.
        """

    @abstractmethod
    def count(self) -> int:
        """The number of searchable products.

        Raises:
            StorageUnavailableError: the index does not answer.
        """
