"""Says what imports of the service would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from typing_extensions import override

from lookalike.api.imports.previewer import ImportPreview, ImportPreviewer, RecognisedColumns
from lookalike.catalogue.max_deletions import TooManyDeletionsError
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.feed_sync.feed_sync import FeedSync
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.preview import Preview
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.feed_sync.target import Row
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import Storage

MAX_FAILURES = 100
"""Refused rows that are shown, the first ones; the others are only counted."""


@dataclass
class _Failures:
    """Keeps the first refused rows."""

    first: list[FailedRow] = field(default_factory=list)

    def see(self, row: Row) -> None:
        if isinstance(row, FailedRow) and len(self.first) < MAX_FAILURES:
            self.first.append(row)


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

        reader, failures = read(), _Failures()
        if sync is None:
            counts = self._of_import(reader, failures)
            return _shown(reader, counts, failures)
        feed_sync = FeedSync(read, sync.scope)
        with feed_sync.planned() as plan:
            feed_sync.compare(plan, self._target)
            counts = feed_sync.preview(plan, self._target, failures.see)
            return _shown(reader, counts, failures, plan.leaving, _refusal(plan, sync))

    def _of_import(self, reader: CatalogueReader, failures: _Failures) -> Preview:
        counts = Preview(0, 0, 0, samples={"added": [], "changed": [], "deleted": []})
        for row, change in self._target.changes(reader):
            counts.rows += 1
            counts.count(row, change)
            failures.see(row)
        return counts


def _refusal(plan: SyncPlan, sync: SyncOptions) -> str | None:
    try:
        plan.require_allowed(sync.max_deletions)
    except TooManyDeletionsError as error:
        return error.detail
    return None


def _shown(
    reader: CatalogueReader,
    counts: Preview,
    failures: _Failures,
    missing: int = 0,
    refusal: str | None = None,
) -> ImportPreview:
    columns = reader.columns
    return ImportPreview(
        kind=reader.kind,
        columns=RecognisedColumns(
            {str(name): column for name, column in columns.fields.items()},
            columns.further_pictures,
            columns.attributes,
            columns.left_out,
            columns.available,
        ),
        rows=counts.rows,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        failed=counts.failed,
        failures=failures.first,
        samples=counts.samples,
        products=counts.products,
        missing=missing,
        deleted=counts.deleted,
        refusal=refusal,
    )
