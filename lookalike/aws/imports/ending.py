"""The last step of an import: says how it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lookalike.aws.imports.files import ImportFiles
from lookalike.aws.imports.runs import ImportRuns
from lookalike.imports.finished_event import finished_event
from lookalike.storage.events import EventStore
from lookalike.storage.run_state import RunState


@dataclass(frozen=True, slots=True)
class ImportEnding:
    """Ends imports.

    Attributes:
        files: what is left of them.
        runs: the runs.
        events: are told.
        clock: seconds since the epoch (UTC).
    """

    files: ImportFiles
    runs: ImportRuns
    events: EventStore
    clock: Callable[[], float] = time.time

    def finish(self, import_id: str, number: int, error: str = "") -> int:
        """End an attempt, unless it has ended; return how many rows are left.

        Args:
            import_id: of the run.
            number: of the attempt.
            error: what has stopped the state machine; empty if nothing has.
        """
        attempt, left = self.runs.get(import_id), self.files.rows_left(import_id)
        if attempt.number != number:
            return 0
        because = f" ({error})" if error else ""
        detail = (
            f"{left:,} rows are left{because}. POST /imports/{import_id}/resume goes on with them."
        )
        if left or attempt.run.total is None:
            ended = self.runs.end(attempt, RunState.FAILED, detail)
        else:
            ended = self.runs.end(attempt, RunState.DONE)
        if ended:
            run = self.runs.get(import_id).run
            self.events.add([finished_event(run, self.clock())])
        return left
