"""The last step of a search for duplicates: what was found becomes groups."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from lookalike.aws.duplicates.files import GROUPS_A_PAGE, DuplicateFiles
from lookalike.aws.duplicates.links import FoundLinks, shown_pictures
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.duplicates.decided_pairs import in_batches
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.product_groups import product_groups
from lookalike.storage.duplicates import DuplicateRun
from lookalike.storage.interfaces import Storage
from lookalike.storage.run_state import RunState

log = logging.getLogger("lookalike.duplicates")


@dataclass(frozen=True, slots=True)
class DuplicateEnding:
    """Ends searches for duplicates.

    Attributes:
        storage: the catalogue.
        files: what was compared.
        runs: the searches.
    """

    storage: Storage
    files: DuplicateFiles
    runs: DeployedRuns

    def finish(self, run_id: str, error: str = "") -> RunState:
        """Group what was found, and end a search unless it has ended; how it has ended.

        A search of which batches are left has failed. The next one goes on with them.

        Args:
            run_id: of the search.
            error: what has stopped the state machine; empty if nothing has.
        """
        run = self.runs.get(run_id)
        if run.state is not RunState.RUNNING:
            return run.state
        left = sum(batch.size for batch in self.files.batches(run_id))
        if error or left or run.total is None:
            log.error("Search %s has failed, with %d comparisons left: %s", run_id, left, error)
            self.runs.end(run_id, RunState.FAILED)
        else:
            self.runs.end(run_id, RunState.DONE, self._write_groups(run))
        return self.runs.get(run_id).state

    def _write_groups(self, run: DuplicateRun) -> int:
        """Write the groups page by page; return how many there are."""
        showing = shown_pictures(self.storage.products)
        compared = self.files.compared()
        links = FoundLinks((link for each in compared for link in each.links), showing)
        order = [Keep(name) for name in run.keep]
        groups = product_groups(self.storage, links, "", run.min_match / 100, order)
        written = 0
        for page in in_batches(groups, GROUPS_A_PAGE):
            self.runs.put_groups(run.run_id, written + 1, page)
            written += len(page)
        return written
