"""A dry run: pictures of some rows are read as an import reads them, and nothing is stored."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.errors import LookalikeError
from lookalike.imports.fingerprint_worker import FingerprintWorker
from lookalike.imports.picture_request import PictureRequest
from lookalike.storage.import_runs import FailedRow


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of some rows.

    Attributes:
        rows: how many were tried.
        failures: those whose main picture cannot be read.
        seconds: that they took, one function's work.
    """

    rows: int
    failures: Sequence[FailedRow]
    seconds: float

    def hours(self, rows: int, at_once: int) -> float:
        """The time that so many rows would take, with so many batches at once."""
        return rows * self.seconds / max(1, self.rows) / at_once / 3600

    def __str__(self) -> str:
        """Return it as lines for people."""
        reasons = Counter(failure.code for failure in self.failures)
        lines = [f"{self.rows} rows in {self.seconds:.1f} s, {len(self.failures)} refused"]
        return "\n".join([*lines, *(f"  {code}: {count}" for code, count in reasons.items())])


def dry_run(
    rows: Sequence[CatalogueRow],
    worker: FingerprintWorker,
    clock: Callable[[], float] = time.monotonic,
) -> Trial:
    """Fetch and fingerprint the main pictures of rows; nothing is stored.

    Args:
        rows: of a manifest.
        worker: reads pictures; ``fingerprint_worker.build`` makes one.
        clock: seconds.
    """
    begun = clock()
    outcomes = worker.fingerprint_all([PictureRequest(row.image_url) for row in rows])
    failures = [
        failed_row(row, outcome.code, outcome.detail)
        for row, outcome in zip(rows, outcomes, strict=True)
        if isinstance(outcome, LookalikeError)
    ]
    return Trial(len(rows), failures, clock() - begun)
