"""The storage of one machine as what a feed is loaded into."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from typing_extensions import override

from lookalike.catalogue.row_changes import RowChange
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.feed_sync.target import Row, SyncTarget
from lookalike.local.sweep import sweep
from lookalike.storage.interfaces import Storage
from lookalike.storage.listing import ProductFilter, products_of_pages

_PAGE = 1_000


class StorageTarget(SyncTarget):
    """Loads with an import, and deletes in transactions.

    Args:
        storage: the catalogue.
        loader: loads rows into it.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, storage: Storage, loader: CatalogueImport, clock: Callable[[], float] = time.time
    ) -> None:
        self._storage = storage
        self._loader = loader
        self._clock = clock

    @override
    def run(
        self,
        rows: Iterable[Row],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        return self._loader.run(rows, on_batch, should_stop)

    @override
    def changes(self, rows: Iterable[Row]) -> Iterator[tuple[Row, RowChange]]:
        return self._loader.changes(rows)

    @override
    def entity_ids(self, wanted: ProductFilter) -> Iterator[str]:
        pages = products_of_pages(lambda after: self._storage.products.page(after, _PAGE, wanted))
        return (product.entity_id for product in pages)

    @override
    def delete(self, entity_ids: Sequence[str], on_deleted: Callable[[int], None]) -> None:
        with self._storage.transaction():
            on_deleted(sum(map(self._storage.products.delete, entity_ids)))

    @override
    def sweep(self) -> None:
        sweep(self._storage, self._clock())
