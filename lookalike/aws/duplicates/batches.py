"""Compares the pictures of one batch, by the code that compares them on one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lookalike.aws.duplicates.files import Compared, DuplicateFiles
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.aws.objects import BatchName
from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.run_state import RunState

Compare = Callable[[Sequence[PictureTask]], list[list[PictureLink]]]
"""The links of each task, as ``ComparisonWorker.compare_all`` finds them."""


class BatchComparison:
    """Compares batches.

    Args:
        files: batches, and what was compared.
        runs: the searches.
        compare: compares pictures.
    """

    def __init__(self, files: DuplicateFiles, runs: DeployedRuns, compare: Compare) -> None:
        self._files = files
        self._runs = runs
        self._compare = compare

    def work_on(self, key: str) -> int:
        """Compare a batch, unless it is settled or its search has ended; how many pictures.

        Args:
            key: of the batch in the bucket.

        Raises:
            TransientError: a store does not answer; the same call may succeed later.
        """
        name = BatchName.of(key)
        if self._runs.get(name.run_id).state is not RunState.RUNNING:
            return 0
        tasks = self._files.tasks(name)
        if tasks is None:
            return 0
        links = [link for found in self._compare(tasks) for link in found]
        compared = [task.fingerprint_id for task in tasks if not task.others]
        self._files.settle(name, Compared(compared, links))
        self._runs.count(name.run_id, name.number, len(compared))
        self._files.remove(name)
        return len(compared)
