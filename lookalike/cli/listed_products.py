"""The products of a data folder or of a service, for commands that list them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lookalike.api.products.listing import MAX_LIMIT, ListProducts
from lookalike.api.products.models import ListedProduct, ProductsAnswer
from lookalike.cli.output import say_waiting
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.http.cursors import position_of
from lookalike.local.data_folder import open_storage
from lookalike.storage.listing import ProductFilter


class ReadPage(Protocol):
    """Reads a page, as ``GET /products`` answers."""

    def __call__(
        self, wanted: ProductFilter, cursor: str, limit: int, *, with_fingerprints: bool
    ) -> ProductsAnswer:
        """Return the page that begins at a cursor; the empty one is the beginning."""


@dataclass(frozen=True, slots=True)
class ListedCatalogue:
    """A catalogue that can be listed.

    Attributes:
        read: reads a page.
        count: counts all products.
    """

    read: ReadPage
    count: Callable[[], int]

    def products(
        self, wanted: ProductFilter, page_size: int = MAX_LIMIT, *, with_fingerprints: bool = False
    ) -> Iterator[ListedProduct]:
        """The products that meet all conditions, read page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.read(wanted, cursor, page_size, with_fingerprints=with_fingerprints)
            yield from page.products
            cursor = page.next_cursor


@contextmanager
def listed_catalogue(data: Path, url: str | None, api_key: str | None) -> Iterator[ListedCatalogue]:
    """Open the catalogue of a service, or else of a data folder, for reading."""
    if url:
        yield _at_service(url, api_key)
        return
    with closing(open_storage(data, read_only=True)) as storage:
        service = ListProducts(storage)

        def read(
            wanted: ProductFilter, cursor: str, limit: int, *, with_fingerprints: bool
        ) -> ProductsAnswer:
            after = position_of(cursor) if cursor else ""
            page = service.page(wanted, after, limit, with_fingerprints=with_fingerprints)
            return ProductsAnswer.of(page)

        yield ListedCatalogue(read, storage.products.count)


def _at_service(url: str, api_key: str | None) -> ListedCatalogue:
    # Without retries: who mistypes an address should not wait for them.
    count = RemoteService(url, api_key).status().products
    waiting = Waiting(say_waiting)
    return ListedCatalogue(
        RemoteService(url, api_key, waiting.retry_policy()).products, lambda: count
    )
