"""What a sync may do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lookalike.catalogue.feed_scope import EVERYTHING, FeedScope
from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS, MaxDeletions
from lookalike.storage.import_runs import ImportMode, ImportRun


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How a sync makes a catalogue equal to a feed.

    Attributes:
        max_deletions: how many products it may delete.
        scope: which products its feed is about.
        dry_run: whether it only counts what it would do.
    """

    max_deletions: MaxDeletions = DEFAULT_MAX_DELETIONS
    scope: FeedScope = EVERYTHING
    dry_run: bool = False

    def stored_in(self, run: ImportRun) -> ImportRun:
        """The run with these options, for whoever works on it."""
        return replace(
            run,
            mode=ImportMode.SYNC,
            max_deletions=str(self.max_deletions),
            scope=dict(self.scope.attributes),
            dry_run=self.dry_run,
        )

    @classmethod
    def of(cls, run: ImportRun) -> SyncOptions:
        """The options that were stored in a run whose mode is sync."""
        scope = FeedScope(frozenset(run.scope.items()))
        return cls(MaxDeletions.parse(run.max_deletions), scope, run.dry_run)
