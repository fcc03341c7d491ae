"""Filling an index that does not serve yet: few replicas, no refresh, and one merge at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch

from lookalike.errors import StorageInvalidError
from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.bulk import BulkRequests, BulkWriter
from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.copies import NO_REFRESH, fewest_replicas
from lookalike.storage.opensearch.schema import IndexSettings
from lookalike.storage.opensearch.tasks import completed
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import ChangeState

LOAD_RETRIES = RetryPolicy(timeout=60, deadline=300)
"""A node that is busy gets minutes."""
_SET = ("number_of_replicas", "refresh_interval")


class IndexLoad:
    """Fills one index. Safe to use from several threads, and by several machines at once.

    Args:
        client: from ``connect``.
        name: the index's own name.
        retries: for requests that OpenSearch is too busy for.
    """

    def __init__(self, client: OpenSearch, name: str, retries: RetryPolicy = LOAD_RETRIES) -> None:
        self._cluster = Cluster(client, retries)
        self._name = name
        self._writer = BulkWriter(BulkRequests(self._cluster, name, "false", is_alias=False))

    def begin(self) -> None:
        """Prepare the index; nothing that is added is searchable before ``end``.

        It has as few replicas as the cluster takes meanwhile: none, or one in every other zone of a
        domain with standby.
        """
        fewest = fewest_replicas(self._cluster)
        self._set({"number_of_replicas": fewest, "refresh_interval": NO_REFRESH})

    def add(self, entries: Sequence[VectorEntry]) -> None:
        """Add pictures; those that the index has stay as they are.

        Raises:
            StorageInvalidError: some are not taken; the others may be.
        """
        outcomes = self._writer.apply(entries)
        refused = [each.reason for each in outcomes if each.state is not ChangeState.APPLIED]
        if refused:
            raise StorageInvalidError(f"{len(refused)} pictures are not taken: {refused[0]}")

    def end(self, settings: IndexSettings) -> None:
        """Merge the segments of each shard into one, which halves searches, then set replicas.

        Interrupting this call does not stop the merge.

        Args:
            settings: as the index is to serve; only replicas and refresh are set.
        """
        self._cluster.request("POST", f"/{self._name}/_refresh")
        params = {"max_num_segments": "1", "wait_for_completion": "false"}
        merge = self._cluster.request("POST", f"/{self._name}/_forcemerge", params=params)
        completed(self._cluster, merge["task"])
        self._set({key: settings.settings[key] for key in _SET})

    def _set(self, settings: Mapping[str, Any]) -> None:
        self._cluster.request("PUT", f"/{self._name}/_settings", {"index": settings})
