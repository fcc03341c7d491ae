"""What a sync would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from lookalike.imports.batch import RowChange
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.target import Row

SAMPLES = 10
"""Ids of each kind that are shown."""


@dataclass
class Preview:
    """Counts of a sync that has not happened, and the first ids of each kind.

    Attributes:
        rows: of the feed.
        products: of the catalogue that the feed is about.
        deleted: products that left the feed and would be deleted.
        added: rows whose product is new.
        changed: rows whose product would be replaced.
        unchanged: rows whose product is stored as it is.
        failed: rows that would be refused. Pictures that are not read yet may be refused, too.
        samples: ids that are added, changed and deleted, each in order.
    """

    rows: int
    products: int
    deleted: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    samples: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: SyncPlan) -> Preview:
        """What a plan knows."""
        leaving: Iterator[str] = chain.from_iterable(plan.to_delete())
        samples = {"added": [], "changed": [], "deleted": list(islice(leaving, SAMPLES))}
        return cls(plan.rows, plan.products, plan.deletions, samples=samples)

    def count(self, row: Row, change: RowChange) -> None:
        """Count a row."""
        setattr(self, change, getattr(self, change) + 1)
        sample = self.samples.get(change)
        if sample is not None and len(sample) < SAMPLES and row.entity_id:
            sample.append(row.entity_id)
