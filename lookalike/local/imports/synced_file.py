"""A file that was sent to make the catalogue equal to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO

from lookalike.catalogue.row_changes import SAMPLES
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.imports.batch import Batch
from lookalike.imports.dry_run import counted, deletions_in_words
from lookalike.imports.row_comparison import ROWS_PER_LOOKUP
from lookalike.local.feed_sync.feed_sync import FeedSync, delete_leaving
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.feed_sync.target import Row
from lookalike.storage.import_runs import ImportRun
from lookalike.storage.interfaces import Storage


@dataclass(frozen=True, slots=True)
class SyncedFile:
    """A run whose mode is sync, and what works on it.

    Attributes:
        run: as it was when its turn came.
        storage: the catalogue, and the run.
        target: the same catalogue, to be synced.
        load: loads rows behind those that are settled; whether the end was reached.
        note: counts what has become of rows.
        is_stopped: asked again and again.
    """

    run: ImportRun
    storage: Storage
    target: StorageTarget
    load: Callable[[Iterable[Row]], bool]
    note: Callable[[Batch], None]
    is_stopped: Callable[[], bool]

    def sync(self, file: IO[bytes]) -> bool:
        """Load the rows that are left, then delete; a run that goes on plans anew.

        Returns:
            Whether the end was reached.

        Raises:
            CatalogueError: the file is damaged, or names no product.
            TooManyDeletionsError: it lacks too many products.
        """
        options = SyncOptions.of(self.run)
        feed_sync = FeedSync(lambda: CatalogueReader(file, self.run.columns), options.scope)
        with feed_sync.planned() as plan:
            feed_sync.compare(plan, self.target)
            plan.require_allowed(options.max_deletions)
            if options.dry_run:
                return self._count(feed_sync.rows()) and self._describe(plan)
            return self.load(feed_sync.rows()) and delete_leaving(
                plan, self.target, self._note_deleted, self.is_stopped
            )

    def _count(self, rows: Iterable[Row]) -> bool:
        """Count what would become of the rows that are left."""
        left = islice(rows, self.run.settled, None)
        while group := list(islice(left, ROWS_PER_LOOKUP)):
            if self.is_stopped():
                return False
            with self.storage.transaction():
                self.note(counted(self.target.changes(group)))
        return True

    def _describe(self, plan: SyncPlan) -> bool:
        """Say what would be deleted."""
        leaving: Iterator[str] = chain.from_iterable(plan.to_delete())
        detail = deletions_in_words(
            plan.deletions, list(islice(leaving, SAMPLES)), is_held_up=plan.unreadable > 0
        )
        with self.storage.transaction():
            run = self.storage.imports.get(self.run.import_id)
            self.storage.imports.put(replace(run, deleted=plan.deletions, detail=detail))
        return True

    def _note_deleted(self, count: int) -> None:
        """Count deletions, within the transaction that makes them."""
        run = self.storage.imports.get(self.run.import_id)
        self.storage.imports.put(replace(run, deleted=run.deleted + count))
