"""The steps of a sync beside loading: what left the feed, whether it may go, and its batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lookalike.aws.imports.files import RESULTS, ImportFiles
from lookalike.aws.imports.runs import ImportRuns
from lookalike.aws.imports.sync_files import SyncFiles, deletions_prefix
from lookalike.aws.own_product import ENTITY_ID as OUR_PRODUCT
from lookalike.catalogue.max_deletions import TooManyDeletionsError
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.storage.dynamodb.product_segments import ProductSegments

DELETIONS_A_BATCH = 500
"""A function deletes them in some ten seconds, and within its minutes where tables are slow."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A segment of the products table beside a feed.

    Attributes:
        products: that the feed is about.
        leaving: those of them that it does not name.
    """

    products: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What the state machine goes on with when all rows are loaded.

    Attributes:
        left: products that are to be deleted.
        batches: the beginning of the keys of all batches.
        results: where the state machine writes what became of them.
    """

    left: int
    batches: str
    results: str


class DeletionPlan:
    """Finds what left the feed of a sync. Every step may be repeated.

    Args:
        segments: the catalogue.
        rows: the batches of rows.
        files: of syncs.
        runs: the runs.
        deletions_a_batch: how many products a batch has.
    """

    def __init__(
        self,
        segments: ProductSegments,
        rows: ImportFiles,
        files: SyncFiles,
        runs: ImportRuns,
        deletions_a_batch: int = DELETIONS_A_BATCH,
    ) -> None:
        self._segments = segments
        self._rows = rows
        self._files = files
        self._runs = runs
        self._deletions_a_batch = deletions_a_batch

    def compare(self, import_id: str, segment: int) -> Compared:
        """Keep which products of a segment the feed does not name; without its names, none."""
        options = SyncOptions.of(self._runs.get(import_id).run)
        names, products, leaving = self._files.names(import_id), 0, list[str]()
        if names is not None:
            for page in self._segments.entity_ids(segment, options.scope.attributes):
                shop = [entity_id for entity_id in page if entity_id != OUR_PRODUCT]
                products += len(shop)
                leaving += names.missing(shop)
        self._files.put_leaving(import_id, segment, leaving)
        return Compared(products, len(leaving))

    def allow(self, import_id: str, number: int, compared: Iterable[Mapping[str, int]]) -> bool:
        """Return whether so much may be deleted, before anything changes; else the sync fails.

        Args:
            import_id: of the sync.
            number: of the attempt.
            compared: all segments, as ``Compared``.
        """
        attempt, found = self._runs.get(import_id), list(compared)
        if not attempt.is_at_work(number):
            return False
        deletions, products = (
            sum(each[name] for each in found) for name in ("leaving", "products")
        )
        try:
            SyncOptions.of(attempt.run).max_deletions.require(deletions, products)
        except TooManyDeletionsError as error:
            self._runs.give_up(attempt, error.detail)
            return False
        return True

    def list_deletions(self, import_id: str, number: int) -> Listed:
        """Write what left the feed as batches, if all rows are loaded; a dry run counts it alone.

        Args:
            import_id: of the sync.
            number: of the attempt.
        """
        attempt = self._runs.get(import_id)
        if attempt.is_at_work(number) and not self._rows.rows_left(import_id):
            leaving = self._files.leaving(import_id)
            if attempt.run.dry_run:
                self._runs.note_deletions(attempt, sum(1 for _ in leaving))
            else:
                self._files.add_deletions(import_id, number, leaving, self._deletions_a_batch)
        left = self._files.deletions_left(import_id, number)
        return Listed(left, deletions_prefix(import_id, number), f"{RESULTS}{import_id}")
