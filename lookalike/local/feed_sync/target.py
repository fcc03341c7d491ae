"""What a feed is loaded into."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.row_changes import RowChange
from lookalike.imports.batch import Batch
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.listing import ProductFilter

Row = CatalogueRow | FailedRow
"""A row of a feed, as ``CatalogueReader`` reads it."""


class SyncTarget(ABC):
    """The catalogue of a data folder or of a service."""

    @abstractmethod
    def run(
        self,
        rows: Iterable[Row],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Load all rows; return whether the end was reached.

        Args:
            rows: in the order of the feed.
            on_batch: called for the outcomes of some rows, in that order.
            should_stop: asked again and again.
        """

    @abstractmethod
    def changes(self, rows: Iterable[Row]) -> Iterator[tuple[Row, RowChange]]:
        """What loading each row would do, without loading it or reading its picture."""

    @abstractmethod
    def entity_ids(self, wanted: ProductFilter) -> Iterator[str]:
        """The ids of the products that meet the conditions."""

    @abstractmethod
    def delete(self, entity_ids: Sequence[str], on_deleted: Callable[[int], None]) -> None:
        """Delete products; those that are gone already do not count.

        Args:
            entity_ids: some hundreds at most.
            on_deleted: called with how many were deleted.
        """

    @abstractmethod
    def sweep(self) -> None:
        """Remove pictures that no product shows any more, when a feed is loaded."""
