"""Says what imports of the service would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

from typing_extensions import override

from lookalike.api.imports.previewer import ImportPreview, ImportPreviewer
from lookalike.catalogue.max_deletions import TooManyDeletionsError
from lookalike.catalogue.row_changes import ChangeCounts
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.feed_sync.feed_sync import FeedSync
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.storage.interfaces import Storage


class CataloguePreviews(ImportPreviewer):
    """Compares files with the catalogue, while imports may run.

    Args:
        storage: the catalogue.
        loader: would load the rows.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, storage: Storage, loader: CatalogueImport, clock: Callable[[], float]
    ) -> None:
        self._target = StorageTarget(storage, loader, clock)

    @override
    def preview(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        def read() -> CatalogueReader:
            return CatalogueReader(BytesIO(catalogue), columns)

        reader = read()
        if sync is None:
            counted = self._counted(reader)
            return ImportPreview.of(reader, counted, products=counted.named)
        feed_sync = FeedSync(read, sync.scope)
        with feed_sync.planned() as plan:
            feed_sync.compare(plan, self._target)
            counts = feed_sync.preview(plan, self._target, lambda _: None)
            reader.look()
            return ImportPreview.of(
                reader,
                counts,
                products=counts.products,
                missing=plan.leaving,
                deleted=counts.deleted,
                refusal=_refusal(plan, sync),
            )

    def _counted(self, reader: CatalogueReader) -> ChangeCounts:
        counts = ChangeCounts()
        for row, change in self._target.changes(reader):
            counts.count(row, change)
        return counts


def _refusal(plan: SyncPlan, sync: SyncOptions) -> str | None:
    try:
        plan.require_allowed(sync.max_deletions)
    except TooManyDeletionsError as error:
        return error.detail
    return None
