"""A catalogue that follows a feed, for programs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from typing_extensions import override

from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import CatalogueError
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.fingerprint_worker import FingerprintWorker
from lookalike.imports.picture_request import Outcome, PictureRequest
from lookalike.local.feed_sync.feed_sync import FeedSync
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.local.settings import LocalSettings
from lookalike.python_api.open_catalogue import OpenCatalogue
from lookalike.storage.import_runs import FailedRow


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync has done, or with ``dry_run`` would do.

    Attributes:
        loaded: products that were added or replaced.
        unchanged: products that were there already, as the feed has them.
        deleted: products that left the feed.
        refused: rows that did not become products, and why; ``docs/feeds.md`` has the reasons.
    """

    loaded: int
    unchanged: int
    deleted: int
    refused: Sequence[FailedRow]


class SyncingCatalogue(OpenCatalogue):
    """A catalogue that can be made equal to a feed."""

    _fingerprinter: PictureFingerprinter

    def sync(  # noqa: PLR0913 - keywords, each with a default
        self,
        feed: str | Path,
        *,
        images_root: str | Path | None = None,
        columns: Mapping[str, str] | None = None,
        max_deletions: str = "10%",
        attributes: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> SyncReport:
        """Make the catalogue equal to a feed: add, replace, and delete what left it.

        Args:
            feed: path of a file in any format of ``docs/feeds.md``, or of a folder of pictures.
            images_root: the folder that paths in the feed start from.
            columns: what its columns say, where their names do not: ``{"entity_id": "Handle"}``.
            max_deletions: a number of products, or a share such as ``10%``; where the feed lacks
                more, nothing is changed.
            attributes: the feed is about the products with these attributes alone.
            dry_run: change nothing.

        Raises:
            CatalogueError: the feed cannot be read, is damaged, or names no product.
            TooManyDeletionsError: more products would be deleted.
            BadParameterError: ``max_deletions`` is no limit.
        """
        most, path = MaxDeletions.parse(max_deletions), Path(feed).expanduser()
        root = path if path.is_dir() else images_root
        fetcher = LocalSettings(Path(), Path(root) if root else None).fetcher()
        scope = FeedScope(frozenset((attributes or {}).items()))
        with ExitStack() as stack:
            source = path if path.is_dir() else stack.enter_context(closing(_opened(path)))
            sync = FeedSync(lambda: CatalogueReader(source, columns), scope)
            plan = stack.enter_context(sync.planned())
            pool = stack.enter_context(closing(_FingerprintHere(fetcher, self._fingerprinter)))
            loader = CatalogueImport(self._storage, fetcher, pool, time.time)
            target = StorageTarget(self._storage, loader)
            sync.compare(plan, target)
            plan.require_allowed(most)
            return _previewed(sync, plan, target) if dry_run else _done(sync, plan, target)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}.") from error


def _previewed(sync: FeedSync, plan: SyncPlan, target: StorageTarget) -> SyncReport:
    refused: list[FailedRow] = []
    preview = sync.preview(
        plan, target, lambda row: refused.append(row) if isinstance(row, FailedRow) else None
    )
    loaded = preview.added + preview.changed
    return SyncReport(loaded, preview.unchanged, preview.deleted, refused)


def _done(sync: FeedSync, plan: SyncPlan, target: StorageTarget) -> SyncReport:
    batches: list[Batch] = []
    deleted: list[int] = []
    sync.run(plan, target, batches.append, deleted.append)
    return SyncReport(
        sum(batch.done for batch in batches),
        sum(batch.unchanged for batch in batches),
        sum(deleted),
        [failure for batch in batches for failure in batch.refused],
    )


class _FingerprintHere(FingerprintPool):
    """Computes fingerprints in threads of this process, whose main module is not ours."""

    def __init__(self, fetcher: ImageFetcher, fingerprinter: PictureFingerprinter) -> None:
        super().__init__(lambda: fetcher)
        self._worker = FingerprintWorker(fetcher, fingerprinter)
        self._threads = ThreadPoolExecutor(self.processes, "fingerprint")

    @override
    def submit(self, items: Sequence[PictureRequest]) -> Future[list[Outcome]]:
        return self._threads.submit(self._worker.fingerprint_all, items)

    @override
    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
