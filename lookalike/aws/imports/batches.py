"""Loads one batch of an import, by the code that loads catalogues on one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from lookalike.aws.imports.batch_hosts import BatchHosts, HostsBusyError
from lookalike.aws.imports.files import FAILED, ImportFiles
from lookalike.aws.imports.runs import ImportRuns
from lookalike.aws.objects import BatchName
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.duplicates.arrival import ArrivalPolicy, Arrivals
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import StorageUnavailableError
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.dry_run import counted
from lookalike.storage.import_runs import ImportRun
from lookalike.storage.run_state import RunState


class BatchUnfinishedError(StorageUnavailableError):
    """There was not enough time for any row of a batch."""

    code = "batch_unfinished"
    title = "Batch not finished"


class BatchLoader:
    """Loads batches.

    Args:
        files: batches, and the rows that have failed.
        runs: the runs.
        loader: loads rows.
        arrivals: stores products that are checked before.
        hosts: that are asked for pictures.
    """

    def __init__(
        self,
        files: ImportFiles,
        runs: ImportRuns,
        loader: CatalogueImport,
        arrivals: Arrivals,
        hosts: BatchHosts,
    ) -> None:
        self._files = files
        self._runs = runs
        self._loader = loader
        self._arrivals = arrivals
        self._hosts = hosts

    def load(self, key: str, is_late: Callable[[], bool]) -> Batch:
        """Load the rows of a batch and count them; do nothing if it is settled, or its run stopped.

        A dry run only counts what loading would do.

        Args:
            key: of the batch in the bucket.
            is_late: asked while pictures are waited for.

        Returns:
            What has become of its rows.

        Raises:
            BatchUnfinishedError: it was late before any row was settled; the same call may succeed.
            HostsBusyError: the rows that are left wait for hosts; the same call goes on with them.
            StorageUnavailableError: a store does not answer; the same call may succeed later.
        """
        name = BatchName.of(key)
        run = self._runs.get(name.run_id).run
        if run.state is not RunState.RUNNING:
            return Batch()
        rows = self._files.rows(name)
        if rows is None:
            return Batch()
        if self._runs.is_settled(name.run_id, name.number):
            self._files.remove(name)
            return Batch()
        loaded = (
            counted(self._loader.changes(rows))
            if run.dry_run
            else self._load(run, name, rows, is_late)
        )
        failed = {failure.row for failure in loaded.failures}
        again = [row for row in rows if row.number in failed]
        self._files.add(name, again, FAILED)
        self._runs.settle(name.run_id, name.number, loaded)
        self._files.remove(name)
        return loaded

    def _load(
        self,
        run: ImportRun,
        name: BatchName,
        rows: Sequence[CatalogueRow],
        is_late: Callable[[], bool],
    ) -> Batch:
        """Load the rows whose hosts have a free slot, until none are left."""
        loader, progress = self._loader_of(run), self._files.progress(name)
        before = len(progress.rows)
        self._hosts.silent.forget()
        try:
            while left := progress.left(rows):
                with self._hosts.ready(left) as ready:
                    settle = partial(progress.settle, iter(ready))
                    if not loader.run(ready, settle, is_late):
                        raise _too_slow(gets_on=len(progress.rows) > before)
        except HostsBusyError:
            self._files.keep_progress(name, progress)
            raise
        return progress.batch

    def _loader_of(self, run: ImportRun) -> CatalogueImport:
        """Loads the rows of a run as it was asked to."""
        if not run.on_duplicate:
            return self._loader
        policy = ArrivalPolicy(self._arrivals, OnDuplicate(run.on_duplicate))
        return self._loader.checking(policy)


def _too_slow(*, gets_on: bool) -> StorageUnavailableError:
    """What is raised where time is up: a batch that gets on is no failure, however slow."""
    if gets_on:
        return HostsBusyError("The batch takes long; what is left goes on after a pause.")
    return BatchUnfinishedError("The batch takes too long.")
