"""Deletes the products of one batch of a sync, as ``DELETE /products`` does."""

from __future__ import annotations

from lookalike.aws.imports.runs import ImportRuns
from lookalike.aws.imports.sync_files import SyncFiles
from lookalike.aws.objects import BatchName
from lookalike.storage.interfaces import ProductStore
from lookalike.storage.run_state import RunState


class BatchDeletion:
    """Deletes batches.

    Args:
        files: batches.
        runs: the runs.
        products: the catalogue.
    """

    def __init__(self, files: SyncFiles, runs: ImportRuns, products: ProductStore) -> None:
        self._files = files
        self._runs = runs
        self._products = products

    def delete(self, key: str) -> int:
        """Delete the products of a batch, unless it is settled or its run stopped; how many.

        All of them were there when they were compared with the feed, so one that is gone already
        counts: a call before, which was broken off, has deleted it.

        Args:
            key: of the batch in the bucket.

        Raises:
            StorageUnavailableError: a store does not answer; the same call may succeed later.
        """
        name = BatchName.of(key)
        if self._runs.get(name.run_id).run.state is not RunState.RUNNING:
            return 0
        entity_ids = self._files.entity_ids(key)
        if entity_ids is None:
            return 0
        for entity_id in entity_ids:
            self._products.delete(entity_id)
        self._runs.settle_deletions(name.run_id, name.number, len(entity_ids))
        self._files.remove(key)
        return len(entity_ids)
