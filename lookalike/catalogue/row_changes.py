"""What loading the rows of a catalogue would do, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.storage.import_runs import FailedRow

SAMPLES = 10
"""Ids of each kind that are shown."""
MAX_FAILURES = 100
"""Refused rows that are shown, the first ones; the others are only counted."""


class RowChange(StrEnum):
    """What loading a row would do."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


def _no_samples() -> dict[str, list[str]]:
    return {RowChange.ADDED.value: [], RowChange.CHANGED.value: [], "deleted": []}


@dataclass
class ChangeCounts:
    """How many rows there are of each kind, and the first of them.

    Attributes:
        rows: that were counted.
        added: rows whose product is new.
        changed: rows whose product would be replaced.
        unchanged: rows whose product is stored as it is.
        failed: rows that would be refused. Pictures that are not read yet may be refused, too.
        samples: the first ids that are added, changed and deleted, each in order.
        failures: the first rows that would be refused.
    """

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    samples: dict[str, list[str]] = field(default_factory=_no_samples)
    failures: list[FailedRow] = field(default_factory=list, compare=False)

    @property
    def named(self) -> int:
        """Rows that are not refused: each is about a product."""
        return self.rows - self.failed

    def count(self, row: CatalogueRow | FailedRow, change: RowChange) -> None:
        """Count a row; one that would be refused is a ``FailedRow``."""
        self.rows += 1
        setattr(self, change, getattr(self, change) + 1)
        sample = self.samples.get(change)
        if sample is not None and len(sample) < SAMPLES and row.entity_id:
            sample.append(row.entity_id)
        if isinstance(row, FailedRow) and len(self.failures) < MAX_FAILURES:
            self.failures.append(row)
