"""What a sync may do."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.catalogue.feed_scope import EVERYTHING, FeedScope
from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS, MaxDeletions


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How many products a sync may delete, and which products its feed is about."""

    max_deletions: MaxDeletions = DEFAULT_MAX_DELETIONS
    scope: FeedScope = EVERYTHING
