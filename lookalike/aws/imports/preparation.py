"""The first step of an import: a catalogue, or rows that have failed, become batches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import IO, TypeVar

from lookalike.aws.imports.files import BATCHES, FAILED, RESULTS, ImportFiles
from lookalike.aws.imports.runs import Attempt, ImportRuns
from lookalike.aws.objects import BatchName
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import CatalogueError
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.run_state import RunState

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
        batches: the beginning of the keys of all batches.
        results: where the state machine writes what became of them.
    """

    rows_left: int
    checks: bool
    batches: str
    results: str


class ImportPreparation:
    """Divides catalogues into batches.

    Args:
        files: catalogues and batches.
        runs: the runs.
        rows_a_batch: how many rows a batch has.
    """

    def __init__(
        self, files: ImportFiles, runs: ImportRuns, rows_a_batch: int = ROWS_A_BATCH
    ) -> None:
        self._files = files
        self._runs = runs
        self._rows_a_batch = rows_a_batch

    def prepare(self, import_id: str, number: int, *, retry_failed: bool) -> Prepared:
        """Write the batches of an attempt; twice is the same as once.

        A catalogue that cannot be read to its end is refused as a whole: its run ends.

        Args:
            import_id: of the run.
            number: of the attempt.
            retry_failed: whether rows that have failed are tried again.
        """
        attempt, left = self._runs.get(import_id), 0
        if attempt.run.state is RunState.RUNNING and attempt.number == number:
            try:
                left = self._batched(attempt, retry_failed=retry_failed)
            except CatalogueError as error:
                self._runs.end(attempt, RunState.FAILED, error.detail)
        checks = bool(attempt.run.on_duplicate)
        return Prepared(left, checks, f"{BATCHES}{import_id}/", f"{RESULTS}{import_id}")

    def _batched(self, attempt: Attempt, *, retry_failed: bool) -> int:
        import_id, total = attempt.run.import_id, attempt.run.total
        if total is None:
            total = self._divide(attempt)
        elif retry_failed:
            self._put_back(attempt)
        left = self._files.rows_left(import_id)
        return left if self._runs.begin(attempt, total, total - left) else 0

    def _divide(self, attempt: Attempt) -> int:
        """Write the rows of the catalogue as batches; return how many rows there are."""
        with tempfile.TemporaryFile() as file:
            self._files.download(attempt.source, file)
            return sum(self._written(attempt, file))

    def _written(self, attempt: Attempt, file: IO[bytes]) -> Iterator[int]:
        """The number of rows of each batch, when it is written."""
        write = partial(self._write, attempt.run.import_id)
        rows = CatalogueReader(file, attempt.run.columns)
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
