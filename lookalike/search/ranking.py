"""The interface of what puts the products of a catalogue in the order of their likeness."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lookalike.products import Product
from lookalike.storage.embeddings import EmbeddingSpace, Vector
from lookalike.storage.listing import ProductFilter

Found = tuple[Product, int, float]
"""A product, which of its images it is found by, and the cosine of that to the query."""


@dataclass(frozen=True, slots=True)
class Order:
    """Products by cosine, highest first, each once, read as they are asked for.

    Attributes:
        found: the products.
        is_whole: whether every product that meets the conditions is among them, but for those whose
            pictures show nothing.
    """

    found: Iterable[Found]
    is_whole: bool


class Ranking(ABC):
    """What a search by looks reads of a catalogue. One kind for each kind of storage."""

    @abstractmethod
    def serving(self, versions: Collection[str]) -> str | None:
        """The version of the model of searches that name none; ``None``: nothing says so.

        Args:
            versions: of the models of the configuration. Where no name was set yet, the one that
                has most pictures serves, if any has some.

        Raises:
            StorageUnavailableError: a store does not answer.
        """

    @abstractmethod
    def product(self, entity_id: str) -> Product | None:
        """A stored product.

        Raises:
            StorageUnavailableError: a store does not answer.
        """

    @abstractmethod
    def embedding(self, space: EmbeddingSpace, fingerprint_id: str) -> Vector | None:
        """The embedding of a stored picture; ``None`` if it has none of this version yet.

        Raises:
            PictureRefusedError: the model refuses the picture.
            StorageUnavailableError: a store does not answer.
        """

    @abstractmethod
    def orders(
        self, space: EmbeddingSpace, query: Vector, wanted: ProductFilter
    ) -> Iterator[Order]:
        """Products that meet conditions; others may be among them.

        An order may end too early for its reader. The next one, which is longer, then stands in its
        place: it may have products among the first that the one before did not find. The last one
        is whole, unless more are never read.

        Raises:
            StorageUnavailableError: a store does not answer.
        """
