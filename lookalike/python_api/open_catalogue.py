"""An open catalogue: its storage, its end, and its products as a collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from lookalike.errors import StorageInvalidError
from lookalike.products import Product
from lookalike.python_api.arguments import product_filter
from lookalike.storage.embeddings import StorageWithEmbeddings
from lookalike.storage.listing import products_of_pages

PAGE = 500
"""Products that an iteration reads at once."""


class OpenCatalogue:
    """The products of a storage, until it is closed.

    Args:
        storage: holds them; it is closed with the catalogue.
        folder: where it is; ``None``: in memory.
    """

    def __init__(self, storage: StorageWithEmbeddings, folder: Path | None) -> None:
        self._opened = storage
        self._folder = folder
        self._is_closed = False

    def products(
        self,
        *,
        attributes: Mapping[str, str] | None = None,
        sku: str | None = None,
        text: str = "",
    ) -> Iterator[Product]:
        """The products that meet every condition, by id, read while they are asked for.

        Args:
            attributes: only products with all of these attributes.
            sku: only products with this sku.
            text: only products with this text in their id, their sku or the value of an attribute,
                whatever its case.

        Raises:
            BadParameterError: a condition is of another type.
        """
        wanted = product_filter(attributes or {}, sku, text)
        pages = self._storage.products
        return products_of_pages(lambda after: pages.page(after, PAGE, wanted))

    def close(self) -> None:
        """Release the folder. Every later use but ``close`` raises ``StorageInvalidError``."""
        self._is_closed = True
        self._opened.close()

    def __iter__(self) -> Iterator[Product]:
        """All products, by id."""
        return self.products()

    def __repr__(self) -> str:
        """Say where the catalogue is kept, and how many products and pictures it has."""
        place = "in memory" if self._folder is None else f"in {self._folder}"
        if self._is_closed:
            return f"<Catalogue {place}: closed>"
        products, pictures = len(self), self._opened.pictures.count()
        return f"<Catalogue {place}: products {products}, pictures {pictures}>"

    def __bool__(self) -> bool:
        """Return true, even for an empty catalogue."""
        return True

    def __len__(self) -> int:
        """Return the number of products."""
        return self._storage.products.count()

    def __contains__(self, entity_id: object) -> bool:
        """Return whether there is a product with this id."""
        if not isinstance(entity_id, str):
            return False
        return entity_id in self._storage.products.get_many([entity_id])

    def __enter__(self) -> Self:
        """Close the catalogue at the end of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Release the folder."""
        self.close()

    @property
    def _storage(self) -> StorageWithEmbeddings:
        self._require_open()
        return self._opened

    def _require_open(self) -> None:
        if self._is_closed:
            raise StorageInvalidError("The catalogue is closed: create it again to use it.")
