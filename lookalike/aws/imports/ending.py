"""The last step of an import: says how it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from lookalike.aws.imports.files import ImportFiles
from lookalike.aws.imports.runs import Attempt, ImportRuns
from lookalike.aws.imports.sync_files import SyncFiles
from lookalike.catalogue.row_changes import SAMPLES
from lookalike.imports.dry_run import deletions_in_words
from lookalike.storage.import_runs import ImportMode
from lookalike.storage.run_state import RunState


@dataclass(frozen=True, slots=True)
class ImportEnding:
    """Ends imports.

    Attributes:
        files: what is left of them.
        syncs: what is left of syncs beside rows.
        runs: the runs.
    """

    files: ImportFiles
    syncs: SyncFiles
    runs: ImportRuns

    def finish(self, import_id: str, number: int, error: str = "") -> int:
        """End an attempt, unless it has ended; return how many rows and deletions are left.

        Args:
            import_id: of the run.
            number: of the attempt.
            error: what has stopped the state machine; empty if nothing has.
        """
        attempt = self.runs.get(import_id)
        if not attempt.is_at_work(number):
            return 0
        rows = self.files.rows_left(import_id)
        deletions = self.syncs.deletions_left(import_id, number)
        flaw = attempt.run.detail or _flaw(attempt, rows, deletions, error)
        if flaw:
            self.runs.end(attempt, RunState.FAILED, flaw)
        else:
            self.runs.end(attempt, RunState.DONE, self._described(attempt))
            # Refused rows may be tried again when the catalogue has gone on.
            self.syncs.forget_names(import_id)
        return rows + deletions

    def _described(self, attempt: Attempt) -> str:
        """What a dry run would delete."""
        run = attempt.run
        if not run.dry_run:
            return ""
        first = list(islice(self.syncs.leaving(run.import_id), SAMPLES))
        is_held_up = not self.syncs.has_names(run.import_id)
        return deletions_in_words(run.deleted, first, is_held_up=is_held_up)


def _flaw(attempt: Attempt, rows: int, deletions: int, error: str) -> str:
    """What keeps an attempt from being done; empty if nothing does."""
    run = attempt.run
    if rows or run.total is None:
        left = f"{rows:,} rows are left"
    elif deletions:
        left = f"{deletions:,} products that left the feed are still to be deleted"
    elif error and run.mode is ImportMode.SYNC:
        left = "What left the feed was not deleted"
    else:
        return ""
    because = f" ({error})" if error else ""
    return f"{left}{because}. POST /imports/{run.import_id}/resume goes on from there."
