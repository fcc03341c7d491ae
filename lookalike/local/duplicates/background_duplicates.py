"""Searches for duplicates of the catalogue in the background, one after the other."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from typing_extensions import override

from lookalike.api.duplicates.runner import DuplicateRunner
from lookalike.duplicates.keeping import Keep
from lookalike.http.problems import DuplicatesQueueFullError
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.local.run_thread import PAUSE, RunThread
from lookalike.storage.duplicates import DuplicateRun, StorageWithLinks
from lookalike.storage.run_state import RunState

MAX_RUNS = 4
"""Searches that may run or wait."""
GROUPS_AT_ONCE = 500
"""Groups that are written in one transaction."""


class BackgroundDuplicates(DuplicateRunner):
    """Searches in a thread, which also removes old runs.

    Comparisons are kept in the transaction that counts them. So a search goes on exactly where it
    was after a stop or a crash.

    Args:
        storage: the catalogue.
        search: compares and groups its pictures.
        clock: seconds since the epoch (UTC).
        pause: seconds until a search is tried again that a transient error has stopped.
        kept: seconds that runs and their groups are kept after their end.
    """

    def __init__(
        self,
        storage: StorageWithLinks,
        search: DuplicateSearch,
        clock: Callable[[], float],
        pause: float = PAUSE,
        *,
        kept: float,
    ) -> None:
        self._runs = storage.duplicates
        self._storage = storage
        self._search = search
        self._clock = clock
        self._kept = kept
        self._accepting = threading.Lock()
        self._thread = RunThread("duplicates", self._work, self._give_up, self._sweep, pause)

    def open(self) -> None:
        """Start the thread, beginning with searches that an earlier process left."""
        running = self._runs.running()
        for run in running:
            self._runs.put(replace(run, started_at=None, compared_before=run.compared))
        self._thread.open(run.run_id for run in running)

    def close(self) -> None:
        """Stop after the batch that is being written; the next ``open`` goes on from there."""
        self._thread.close()

    @override
    def start(self, min_match: float, order: tuple[Keep, ...]) -> DuplicateRun:
        names = tuple(each.value for each in order)
        with self._accepting:
            running = self._runs.running()
            for run in running:
                if (run.min_match, run.keep) == (min_match, names):
                    return run
            if len(running) >= MAX_RUNS:
                raise DuplicatesQueueFullError(
                    f"{MAX_RUNS} searches for duplicates run or wait already. Start this one when "
                    "some have ended."
                )
            run = DuplicateRun(uuid.uuid4().hex, self._clock(), min_match, names)
            self._runs.put(run)
        self._thread.put(run.run_id)
        return run

    @override
    def cancel(self, run_id: str) -> DuplicateRun:
        self._end(run_id, RunState.CANCELLED, None)
        return self._runs.get(run_id)

    def _work(self, run_id: str) -> None:
        if self._has_ended(run_id):
            return
        run = self._begin(run_id)
        ended = self._search.compare(
            run.min_match / 100,
            lambda count: self._note(run_id, count),
            lambda: self._thread.is_stopping() or self._has_ended(run_id),
        )
        if ended:
            self._write_groups(run)

    def _has_ended(self, run_id: str) -> bool:
        """Return whether somebody has cancelled it."""
        return self._runs.get(run_id).state is not RunState.RUNNING

    def _begin(self, run_id: str) -> DuplicateRun:
        """Store when it is worked on, and how much is left; the rate is counted from there."""
        with self._storage.transaction():
            run = self._runs.get(run_id)
            run = replace(
                run,
                started_at=self._clock(),
                compared_before=run.compared,
                total=run.compared + self._search.count(),
            )
            self._runs.put(run)
        return run

    def _note(self, run_id: str, count: int) -> None:
        """Count pictures, within the transaction that marks them as compared."""
        run = self._runs.get(run_id)
        self._runs.put(replace(run, compared=run.compared + count))

    def _write_groups(self, run: DuplicateRun) -> None:
        """Write the groups, the first of which has number 1, and then the end."""
        groups = self._search.groups(run.min_match / 100, [Keep(name) for name in run.keep])
        written = 0
        while chunk := list(islice(groups, GROUPS_AT_ONCE)):
            self._runs.put_groups(run.run_id, written + 1, chunk)
            written += len(chunk)
        self._end(run.run_id, RunState.DONE, written)

    def _give_up(self, run_id: str) -> None:
        self._end(run_id, RunState.FAILED, None)

    def _end(self, run_id: str, state: RunState, groups: int | None) -> None:
        with self._storage.transaction():
            run = self._runs.get(run_id)
            if run.state is RunState.RUNNING:
                ended = replace(run, state=state, finished_at=self._clock(), groups=groups)
                self._runs.put(ended)

    def _sweep(self) -> None:
        self._runs.sweep(self._clock() - self._kept)
