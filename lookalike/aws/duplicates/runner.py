"""Accepts searches for duplicates, and lets the state machine work on them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from typing_extensions import override

from lookalike.api.duplicates.runner import DuplicateRunner
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.aws.state_machine import StateMachine
from lookalike.duplicates.keeping import Keep
from lookalike.errors import BadParameterError, StorageUnavailableError
from lookalike.http.problems import DuplicatesQueueFullError
from lookalike.storage.duplicates import DuplicateRun
from lookalike.storage.run_state import RunState


class DeployedDuplicates(DuplicateRunner):
    """Searches of a deployment, one at a time.

    The order in which pictures were registered is not known here, so it decides nothing.

    Args:
        runs: the searches.
        machine: works on them.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        runs: DeployedRuns,
        machine: StateMachine,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._runs = runs
        self._machine = machine
        self._clock = clock

    @override
    def start(self, min_match: float, order: tuple[Keep, ...]) -> DuplicateRun:
        if order[0] is Keep.OLDEST:
            raise BadParameterError(
                "This deployment does not know which picture was registered first: keep the "
                "largest or the most complete."
            )
        keep = tuple(each.value for each in order if each is not Keep.OLDEST)
        newest = self._runs.newest()
        running = self._runs.find(newest) if newest else None
        if running is not None and running.state is RunState.RUNNING:
            if (running.min_match, running.keep) == (min_match, keep):
                return running
            raise _queue_full()
        run = DuplicateRun(uuid.uuid4().hex, self._clock(), min_match, keep)
        if not self._runs.create(run, newest):
            raise _queue_full()
        self._begin(run.run_id)
        return run

    @override
    def cancel(self, run_id: str) -> DuplicateRun:
        if self._runs.end(self._runs.get(run_id).run_id, RunState.CANCELLED):
            self._machine.stop(run_id)
        return self._runs.get(run_id)

    def _begin(self, run_id: str) -> None:
        """Start the state machine; a search that it does not work on has failed."""
        try:
            self._machine.start(run_id, {"run_id": run_id})
        except StorageUnavailableError:
            self._runs.end(run_id, RunState.FAILED)
            raise


def _queue_full() -> DuplicatesQueueFullError:
    return DuplicatesQueueFullError(
        "A search for duplicates with other options runs already. Start this one when it has ended."
    )
