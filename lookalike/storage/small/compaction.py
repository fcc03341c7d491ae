"""Compaction: snapshot and log become the next snapshot, and what nobody needs any more goes.

It may be stopped at any point, and another one may run beside it. A snapshot that was written but
not published is swept by a later compaction; changes that were not trimmed are trimmed by it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lookalike.storage.small.change_log import ChangeLog, LogState
from lookalike.storage.small.index import SmallIndex
from lookalike.storage.small.snapshots import Snapshots

log = logging.getLogger("lookalike.index")
_UNFINISHED = timedelta(hours=1)
"""A snapshot that is not published may be that of a compaction that runs now. None runs so long."""


@dataclass(frozen=True, slots=True)
class Compaction:
    """What a compaction did.

    Attributes:
        count: pictures in the index.
        changes: numbers of the log that the new snapshot has beyond the one before; 0 where there
            was nothing to do.
    """

    count: int
    changes: int


class Compactor:
    """Compacts one index.

    Args:
        change_log: its log.
        snapshots: its snapshots.
        index: reads both.
        clock: the time of now, with a time zone.
    """

    def __init__(
        self,
        change_log: ChangeLog,
        snapshots: Snapshots,
        index: SmallIndex,
        clock: Callable[[], datetime],
    ) -> None:
        self._log = change_log
        self._snapshots = snapshots
        self._index = index
        self._clock = clock

    def run(self) -> Compaction:
        """Publish a snapshot of all changes so far, unless there are none, and clean up.

        Raises:
            StorageUnavailableError: log or snapshots do not answer; nothing is lost.
            StorageInvalidError: they are absent, refuse access, or both snapshots are damaged.
        """
        state = self._log.state()
        done = self._compact(state)
        self._clean_up()
        return done

    def _compact(self, state: LogState) -> Compaction:
        before = state.snapshot.seq if state.snapshot else 0
        if state.snapshot is not None and state.head == before:
            return Compaction(state.snapshot.count, 0)
        entries, state = self._index.entries()
        written = self._snapshots.write(entries, state.head)
        if not self._log.publish(written, replaced=state.snapshot):
            log.warning("Another compaction was faster; %s is left to be swept.", written.key)
        return Compaction(written.count, state.head - before)

    def _clean_up(self) -> None:
        """Keep two snapshots, and the changes since the earlier one."""
        state = self._log.state()
        if state.previous is not None:
            self._log.trim(state.previous.seq)
        kept = [ref.key for ref in (state.snapshot, state.previous) if ref is not None]
        self._snapshots.sweep(kept, self._clock() - _UNFINISHED)
