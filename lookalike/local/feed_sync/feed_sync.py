"""Makes a catalogue equal to a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from lookalike.catalogue.feed_scope import EVERYTHING, FeedScope
from lookalike.imports.batch import Batch
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.local.feed_sync.preview import Preview
from lookalike.local.feed_sync.target import Row, SyncTarget


@dataclass(frozen=True, slots=True)
class FeedSync:
    """Adds and replaces the products of a feed, then deletes those that left it.

    Whatever it has done when it is stopped or killed, the next sync goes on from there: it plans
    anew, and passes over rows that are stored.

    Attributes:
        read: reads the feed from its beginning, each time.
        scope: the products that the feed is about.
    """

    read: Callable[[], Iterable[Row]]
    scope: FeedScope = EVERYTHING

    @contextmanager
    def planned(self) -> Iterator[SyncPlan]:
        """Read the feed to its end; the plan has yet to see the catalogue.

        Raises:
            CatalogueError: the feed is damaged, or names no product.
        """
        with closing(SyncPlan()) as plan:
            plan.read_feed(self.rows())
            yield plan

    def rows(self) -> Iterator[Row]:
        """The rows of the feed, from its beginning; those out of its scope are refused."""
        return self.scope.rows(self.read())

    def compare(self, plan: SyncPlan, target: SyncTarget) -> None:
        """Let the plan see the catalogue."""
        plan.read_catalogue(target.entity_ids(self.scope.products))

    def preview(self, plan: SyncPlan, target: SyncTarget, on_row: Callable[[Row], None]) -> Preview:
        """What the sync would do, once the plan has seen the catalogue; nothing is changed.

        Args:
            plan: of this sync.
            target: the catalogue.
            on_row: called with each row; those that would be refused are ``FailedRow``.
        """
        preview = Preview.of(plan)
        for row, change in target.changes(self.rows()):
            preview.count(row, change)
            on_row(row)
        return preview

    def run(
        self,
        plan: SyncPlan,
        target: SyncTarget,
        on_batch: Callable[[Batch], None],
        on_deleted: Callable[[int], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Load the rows, then delete what left the feed; return whether the end was reached.

        Args:
            plan: of this sync; it has seen the catalogue, and is allowed.
            target: the catalogue.
            on_batch: called for the outcomes of some rows.
            on_deleted: called with how many products were deleted.
            should_stop: asked again and again.
        """
        ended = target.run(self.rows(), on_batch, should_stop)
        return ended and delete_leaving(plan, target, on_deleted, should_stop)


def delete_leaving(
    plan: SyncPlan,
    target: SyncTarget,
    on_deleted: Callable[[int], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Delete what left the feed, when all of its rows are loaded; return whether all is deleted."""
    for group in plan.to_delete():
        if should_stop():
            return False
        target.delete(group, on_deleted)
    target.sweep()
    return True
