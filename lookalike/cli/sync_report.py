"""Shows what ``lookalike sync`` does, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from lookalike.cli.import_report import Totals
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.preview import Preview
from lookalike.terminal import counted, errors

if TYPE_CHECKING:
    from lookalike.api.imports.models import ImportAnswer


@dataclass
class SyncTotals(Totals):
    """Counts of a sync; ``deleted`` are products that left the feed."""

    deleted: int = 0

    def add_deleted(self, count: int) -> None:
        """Count deleted products."""
        self.deleted += count

    @override
    def in_words(self) -> list[str]:
        left = f"{counted(self.deleted, 'product')} deleted that left the feed."
        rows, *others = super().in_words()
        return [rows, left, *others]


def preview_in_words(preview: Preview) -> list[str]:
    """What a sync would do, in lines."""
    rows = f"{preview.added} would be added, {preview.changed} changed"
    others = f"{preview.unchanged} left as they are, {preview.failed} refused"
    return [
        f"{counted(preview.rows, 'row')}: {rows}, {others}.",
        f"{preview.deleted} of {counted(preview.products, 'product')} would be deleted.",
        *(
            f"  {change:<8}  {', '.join(entity_ids)}"
            for change, entity_ids in preview.samples.items()
            if entity_ids
        ),
        "Nothing has changed (--dry-run).",
    ]


def forecast_in_words(ended: ImportAnswer) -> list[str]:
    """What a deployment says that a sync would do, in lines."""
    rows = f"{ended.done} would be added or changed"
    others = f"{ended.unchanged} left as they are, {ended.failed} refused"
    return [
        f"{counted(ended.total or 0, 'row')}: {rows}, {others}.",
        *filter(None, [ended.detail]),
        "Nothing has changed (--dry-run).",
    ]


def tell_held_up(plan: SyncPlan) -> None:
    """Say why a deployment deletes nothing, where rows cannot be read."""
    if plan.unreadable:
        errors.print(
            "Nothing is deleted, whatever has left the feed: "
            f"{counted(plan.unreadable, 'row')} of it cannot be read."
        )


def tell_unreadable(plan: SyncPlan) -> None:
    """Say why nothing is deleted, where rows cannot be read."""
    if plan.unreadable and plan.leaving:
        errors.print(
            f"Nothing is deleted, though {counted(plan.leaving, 'product')} left the feed: "
            f"{counted(plan.unreadable, 'row')} of it cannot be read, and may be about them."
        )
