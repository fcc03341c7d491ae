"""Starting searches for duplicates, and reading their progress and their groups."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from lookalike.api.duplicates.runner import DuplicateRunner
from lookalike.api.products.listing import MAX_ANSWER_BYTES
from lookalike.api.progress import Progress, seconds_worked
from lookalike.duplicates.decided_groups import with_decisions
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.thumbnails import with_thumbnails
from lookalike.errors import BadParameterError
from lookalike.storage.duplicates import DuplicateRun, DuplicateRuns
from lookalike.storage.interfaces import Storage
from lookalike.storage.run_state import RunState

THUMBNAIL_SIDE = 192
"""Pixels of the long side of thumbnails that are sent along with groups."""


SearchProgress = Progress[DuplicateRun]
"""Of pictures."""


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Groups, and the cursor of the next page (``None`` on the last page)."""

    groups: Sequence[Group]
    next_cursor: str | None


class FindDuplicates:
    """Starts searches for duplicates, and reads their progress and their groups.

    Args:
        runner: searches.
        runs: where the runner keeps its progress and groups.
        storage: the catalogue.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        runner: DuplicateRunner,
        runs: DuplicateRuns,
        storage: Storage,
        clock: Callable[[], float],
    ) -> None:
        self._runner = runner
        self._runs = runs
        self._storage = storage
        self._clock = clock

    def start(self, min_match: float, keep: Sequence[str]) -> SearchProgress:
        """Begin to search.

        Raises:
            BadParameterError: there is no such criterion in ``keep``, or not here.
            TransientError: as many runs wait as may.
        """
        return self._progress(self._runner.start(min_match, Keep.order(keep)))

    def get(self, run_id: str) -> SearchProgress:
        """The progress of a search.

        Raises:
            UnknownDuplicateRunError: there is no search with this id.
        """
        return self._progress(self._runs.get(run_id))

    def cancel(self, run_id: str) -> SearchProgress:
        """End a search; what was compared need not be compared again.

        Raises:
            UnknownDuplicateRunError: there is no search with this id.
        """
        return self._progress(self._runner.cancel(run_id))

    def groups(
        self, run_id: str, cursor: str, limit: int, *, thumbnails: bool, undecided: bool = False
    ) -> GroupPage:
        """A page of groups, the first one where the cursor is empty.

        With ``undecided``, those with nothing left to decide are left out of their page. A page of
        large groups is cut to fewer.

        Raises:
            UnknownDuplicateRunError: there is no search with this id.
            BadParameterError: the cursor is none of an earlier page.
        """
        after = _position(cursor)
        if self._runs.get(run_id).state is not RunState.DONE:
            return GroupPage([], None)
        found = self._runs.groups(run_id, after, limit + 1)
        groups = with_decisions(self._storage, (dict(group) for group in found[:limit]))
        page = [None if undecided and group["decided"] else group for group in groups]
        if thumbnails:
            stored = self._storage.pictures
            page = [group and with_thumbnails(group, stored, THUMBNAIL_SIDE) for group in page]
        count = _within_an_answer(page)
        shown = [group for group in page[:count] if group is not None]
        return GroupPage(shown, str(after + count) if len(found) > count else None)

    def _progress(self, run: DuplicateRun) -> SearchProgress:
        seconds = seconds_worked(run.started_at, run.finished_at, self._clock())
        is_running = run.state is RunState.RUNNING
        return Progress(run, run.total, run.compared, run.compared_before, is_running, seconds)


def _within_an_answer(page: Sequence[Group | None]) -> int:
    """How many of these groups one answer can hold; at least the first one."""
    sizes = accumulate(len(json.dumps(group)) if group else 0 for group in page)
    return sum(size <= MAX_ANSWER_BYTES for size in sizes) or 1


def _position(cursor: str) -> int:
    """The number of groups before a page: its cursor."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 12):  # noqa: PLR2004
        raise BadParameterError("cursor must be the next_cursor of an earlier page.")
    return int(cursor or 0)
