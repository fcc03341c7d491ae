"""Says what imports into a deployment would do, as far as one answer can."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from io import BytesIO
from itertools import islice

from typing_extensions import override

from lookalike.api.imports.previewer import ImportPreview, ImportPreviewer, PreviewAbsentError
from lookalike.catalogue.feeds.parquet import ParquetMissingError
from lookalike.catalogue.row_changes import ChangeCounts
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.imports.row_comparison import RowComparison
from lookalike.storage.interfaces import Storage

MOST_ROWS = 10_000
"""Rows that are compared with the products of the table: a gateway waits for 29 seconds."""


class DeployedPreviews(ImportPreviewer):
    """Compares the first rows of files with the catalogue.

    What a sync would delete is left open: finding that out takes a scan of the whole table.

    Args:
        comparison: compares rows with products.
        most_rows: that it compares.
    """

    def __init__(self, comparison: RowComparison, most_rows: int = MOST_ROWS) -> None:
        self._comparison = comparison
        self._most_rows = most_rows

    @override
    def preview(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        try:
            reader = CatalogueReader(BytesIO(catalogue), columns)
        except ParquetMissingError as error:
            raise PreviewAbsentError(
                "Parquet is loaded into this deployment, but it is not looked at before."
            ) from error
        counts = ChangeCounts()
        all_rows = iter(sync.scope.rows(reader) if sync else reader)
        for row, change in self._comparison.changes(islice(all_rows, self._most_rows)):
            counts.count(row, change)
        has_more = next(all_rows, None) is not None
        products, left = (None, None) if sync else (counts.named, 0)
        return ImportPreview.of(
            reader, counts, products=products, missing=left, deleted=left, has_more=has_more
        )


def build_previews(storage: Storage) -> DeployedPreviews:
    """What compares files with a deployment's catalogue; no picture is asked for."""
    fetcher = CatalogueFetcher(WebFetcher(Connections()))
    return DeployedPreviews(RowComparison(storage, fetcher, time.time, math.inf))
