"""The first step of an import: a catalogue, or rows that have failed, become batches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from lookalike.aws.imports.feed_names import FeedNames
from lookalike.aws.imports.files import BATCHES, FAILED, RESULTS, ImportFiles
from lookalike.aws.imports.runs import Attempt, ImportRuns
from lookalike.aws.imports.sync_files import SEGMENTS, SyncFiles
from lookalike.aws.objects import BatchName
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.errors import CatalogueError
from lookalike.storage.import_runs import FailedRow, ImportMode, ImportRun

Item = TypeVar("Item")

ROWS_A_BATCH = 50
"""A function loads them in seconds, and within its minutes where every host of pictures is slow."""
_NEXT_TRIAL = 10_000_000
"""What is added to the number of a batch for those of its rows that are tried again."""
_WRITERS = 8
"""Batches that are written at once."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the state machine goes on with.

    Attributes:
        rows_left: rows in batches that are to be loaded.
        checks: whether products are checked before they are stored, which takes the index as much
            as a check of a caller.
        deletes: whether what left the feed is deleted, or counted.
        segments: numbers of the parts of the products table that are then compared with the feed.
        batches: the beginning of the keys of all batches.
        results: where the state machine writes what became of them.
    """

    rows_left: int
    checks: bool
    deletes: bool
    segments: Sequence[int]
    batches: str
    results: str


class ImportPreparation:
    """Divides catalogues into batches.

    Args:
        files: catalogues and batches.
        syncs: which products feeds name.
        runs: the runs.
        rows_a_batch: how many rows a batch has.
    """

    def __init__(
        self,
        files: ImportFiles,
        syncs: SyncFiles,
        runs: ImportRuns,
        rows_a_batch: int = ROWS_A_BATCH,
    ) -> None:
        self._files = files
        self._syncs = syncs
        self._runs = runs
        self._rows_a_batch = rows_a_batch

    def prepare(self, import_id: str, number: int, *, retry_failed: bool) -> Prepared:
        """Write the batches of an attempt; twice is the same as once.

        A catalogue that cannot be read to its end is refused as a whole: its run fails.

        Args:
            import_id: of the run.
            number: of the attempt.
            retry_failed: whether rows that have failed are tried again.
        """
        attempt, left = self._runs.get(import_id), None
        if attempt.is_at_work(number):
            try:
                left = self._batched(attempt, retry_failed=retry_failed)
            except CatalogueError as error:
                self._runs.give_up(attempt, error.detail)
        deletes = left is not None and self._syncs.has_names(import_id)
        return Prepared(
            rows_left=left or 0,
            checks=bool(attempt.run.on_duplicate) and not attempt.run.dry_run,
            deletes=deletes,
            segments=list(range(SEGMENTS)) if deletes else [],
            batches=f"{BATCHES}{import_id}/",
            results=f"{RESULTS}{import_id}",
        )

    def _batched(self, attempt: Attempt, *, retry_failed: bool) -> int | None:
        """The number of rows that are left; ``None`` if the run was stopped meanwhile."""
        import_id, total = attempt.run.import_id, attempt.run.total
        if total is None:
            total = self._divide(attempt)
        elif retry_failed:
            self._put_back(attempt)
        left = self._files.rows_left(import_id)
        return left if self._runs.begin(attempt, total, total - left) else None

    def _divide(self, attempt: Attempt) -> int:
        """Write the rows of the catalogue as batches; return how many rows there are."""
        with tempfile.TemporaryFile() as file:
            self._files.download(attempt.source, file)
            rows = CatalogueReader(file, attempt.run.columns)
            if attempt.run.mode is ImportMode.SYNC:
                return self._divide_feed(attempt.run, rows)
            return sum(self._written(attempt.run.import_id, rows))

    def _divide_feed(self, run: ImportRun, rows: CatalogueReader) -> int:
        """Also keep which products the feed names, if all of its rows can be read."""
        names = FeedNames(run.import_id)
        scope = SyncOptions.of(run).scope
        total = sum(self._written(run.import_id, names.noted(scope.rows(rows))))
        digests = names.digests()
        if names.is_complete:
            self._syncs.put_names(run.import_id, digests)
        return total

    def _written(self, import_id: str, rows: Iterable[CatalogueRow | FailedRow]) -> Iterator[int]:
        """The number of rows of each batch, when it is written."""
        write = partial(self._write, import_id)
        with ThreadPoolExecutor(_WRITERS) as pool:
            batches = enumerate(_parts(rows, self._rows_a_batch))
            for some in _parts(batches, _WRITERS):
                yield from pool.map(write, some)

    def _write(self, import_id: str, batch: tuple[int, Sequence[CatalogueRow | FailedRow]]) -> int:
        number, rows = batch
        good = [row for row in rows if isinstance(row, CatalogueRow)]
        refused = [row for row in rows if isinstance(row, FailedRow)]
        self._files.add(BatchName(import_id, number, len(good)), good)
        if refused:
            self._runs.refuse(import_id, number, refused)
        return len(rows)

    def _put_back(self, attempt: Attempt) -> None:
        """Make batches of the rows that have failed, which then count as left."""
        self._files.forget_progress(attempt.run.import_id)
        for failed in list(self._files.batches(attempt.run.import_id, FAILED)):
            rows = self._files.rows(failed, FAILED) or []
            self._runs.take_back(failed.run_id, failed.number, [row.number for row in rows])
            number = failed.number + _NEXT_TRIAL
            self._files.add(BatchName(failed.run_id, number, len(rows)), rows)
            self._files.remove(failed, FAILED)


def _parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items, so many at a time."""
    remaining = iter(items)
    while part := list(islice(remaining, size)):
        yield part
