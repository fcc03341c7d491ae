"""What a sync would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from lookalike.catalogue.row_changes import SAMPLES, ChangeCounts
from lookalike.local.feed_sync.plan import SyncPlan


@dataclass
class Preview(ChangeCounts):
    """Counts of a sync that has not happened, and the first ids of each kind.

    Attributes:
        products: of the catalogue that the feed is about.
        deleted: products that left the feed and would be deleted.
    """

    products: int = 0
    deleted: int = 0

    @classmethod
    def of(cls, plan: SyncPlan) -> Preview:
        """What a plan knows; the rows are counted one by one."""
        preview = cls(products=plan.products, deleted=plan.deletions)
        leaving: Iterator[str] = chain.from_iterable(plan.to_delete())
        preview.samples["deleted"] = list(islice(leaving, SAMPLES))
        return preview
