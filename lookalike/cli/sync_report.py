"""Shows what ``lookalike sync`` does, or would do."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from lookalike.cli.import_report import Totals, rows_in_words
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.preview import Preview
from lookalike.terminal import errors


@dataclass
class SyncTotals(Totals):
    """Counts of a sync; ``deleted`` are products that left the feed."""

    deleted: int = 0

    def add_deleted(self, count: int) -> None:
        """Count deleted products."""
        self.deleted += count

    @override
    def in_words(self) -> list[str]:
        left = f"{products_in_words(self.deleted)} deleted that left the feed."
        rows, *others = super().in_words()
        return [rows, left, *others]


def products_in_words(count: int) -> str:
    """A number of products."""
    return f"{count} {'product' if count == 1 else 'products'}"


def preview_in_words(preview: Preview) -> list[str]:
    """What a sync would do, in lines."""
    rows = f"{preview.added} would be added, {preview.changed} changed"
    others = f"{preview.unchanged} left as they are, {preview.failed} refused"
    return [
        f"{rows_in_words(preview.rows)}: {rows}, {others}.",
        f"{preview.deleted} of {products_in_words(preview.products)} would be deleted.",
        *(
            f"  {change:<8}  {', '.join(entity_ids)}"
            for change, entity_ids in preview.samples.items()
            if entity_ids
        ),
        "Nothing has changed (--dry-run).",
    ]


def tell_unreadable(plan: SyncPlan) -> None:
    """Say why nothing is deleted, where rows cannot be read."""
    if plan.unreadable and plan.leaving:
        errors.print(
            f"Nothing is deleted, though {products_in_words(plan.leaving)} left the feed: "
            f"{rows_in_words(plan.unreadable)} of it cannot be read, and may be about them."
        )
