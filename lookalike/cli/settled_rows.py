"""Which rows are settled while they are loaded, so that a run that is stopped goes on there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.imports.batch import Batch
from lookalike.local.feed_sync.target import Row


class SettledRows:
    """Notes the rows that are read, and those whose batch is committed.

    A target calls for a batch within the transaction that writes it. So a batch counts as settled
    when the next one comes, or when the target has returned.

    Args:
        on_settled: called with the number of a row; all rows up to it are settled.
    """

    def __init__(self, on_settled: Callable[[int], None]) -> None:
        self._on_settled = on_settled
        self._open = deque[int]()
        self._written = 0

    def noted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows."""
        for row in rows:
            self._open.append(row.number if isinstance(row, CatalogueRow) else row.row)
            yield row

    def count(self, batch: Batch) -> None:
        """Note a batch that is being written; those before it are settled."""
        self.settle()
        self._written = batch.rows

    def settle(self) -> None:
        """Note that all batches so far are committed."""
        if not self._written:
            return
        settled = [self._open.popleft() for _ in range(self._written)]
        self._written = 0
        self._on_settled(settled[-1])
