"""Starting searches for duplicates, and reading their progress and their groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lookalike.api.duplicates.runner import DuplicateRunner
from lookalike.api.progress import Progress, seconds_worked
from lookalike.duplicates.decided_groups import with_decisions
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.thumbnails import with_thumbnails
from lookalike.errors import BadParameterError
from lookalike.storage.duplicates import DuplicateRun, StorageWithLinks
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
        storage: in which the runner keeps its progress.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, runner: DuplicateRunner, storage: StorageWithLinks, clock: Callable[[], float]
    ) -> None:
        self._runner = runner
        self._storage = storage
        self._clock = clock

    def start(self, min_match: float, keep: Sequence[str]) -> SearchProgress:
        """Begin to search.

        Raises:
            BadParameterError: there is no such criterion in ``keep``.
            TransientError: as many runs wait as may.
        """
        return self._progress(self._runner.start(min_match, Keep.order(keep)))

    def get(self, run_id: str) -> SearchProgress:
        """The progress of a search.

        Raises:
            UnknownDuplicateRunError: there is no search with this id.
        """
        return self._progress(self._storage.duplicates.get(run_id))

    def groups(
        self, run_id: str, cursor: str, limit: int, *, thumbnails: bool, undecided: bool = False
    ) -> GroupPage:
        """A page of groups, the first one where the cursor is empty.

        With ``undecided``, those with nothing left to decide are left out of their page.

        Raises:
            UnknownDuplicateRunError: there is no search with this id.
            BadParameterError: the cursor is none of an earlier page.
        """
        after = _position(cursor)
        if self._storage.duplicates.get(run_id).state is not RunState.DONE:
            return GroupPage([], None)
        found = self._storage.duplicates.groups(run_id, after, limit + 1)
        groups = (dict(group) for group in found[:limit])
        page = list(with_decisions(self._storage, groups))
        if undecided:
            page = [group for group in page if not group["decided"]]
        if thumbnails:
            stored = self._storage.pictures
            page = [with_thumbnails(group, stored, THUMBNAIL_SIDE) for group in page]
        return GroupPage(page, str(after + limit) if len(found) > limit else None)

    def _progress(self, run: DuplicateRun) -> SearchProgress:
        seconds = seconds_worked(run.started_at, run.finished_at, self._clock())
        is_running = run.state is RunState.RUNNING
        return Progress(run, run.total, run.compared, run.compared_before, is_running, seconds)


def _position(cursor: str) -> int:
    """The number of groups before a page: its cursor."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 12):  # noqa: PLR2004
        raise BadParameterError("cursor must be the next_cursor of an earlier page.")
    return int(cursor or 0)
