"""The vector index on OpenSearch."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from opensearchpy import OpenSearch
from typing_extensions import override

from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour, VectorIndex
from lookalike.storage.opensearch.bulk import (
    APPLIED,
    BulkOutcome,
    BulkState,
    BulkWriter,
    Change,
    Removal,
)
from lookalike.storage.opensearch.client import SEARCH_RETRIES, Cluster
from lookalike.storage.opensearch.schema import ID_FIELD, alias_of
from lookalike.storage.opensearch.search import count, search
from lookalike.storage.opensearch.service import INDEX_BASE
from lookalike.storage.refusals import require_field_lengths, require_unicode
from lookalike.storage.retries import RetryPolicy


class OpenSearchVectors(VectorIndex):
    """The vectors of one algorithm version.

    What is added or removed shows in answers after the index's next refresh.

    Args:
        client: from ``connect``.
        version: the algorithm version; entries of another are left out.
        base: what index names begin with.
        retries: for requests that OpenSearch is too busy for.
        refresh: ``false``, ``wait_for`` or ``true``: whether writing waits for the next refresh,
            or makes one.
        count_age: seconds that a count is good for: a check asks for it every time, and it need
            not be exact to the picture there.
    """

    def __init__(  # noqa: PLR0913 - settings by name
        self,
        client: OpenSearch,
        version: str,
        base: str = INDEX_BASE,
        *,
        retries: RetryPolicy = SEARCH_RETRIES,
        refresh: str = "false",
        count_age: float = 0.0,
    ) -> None:
        self._cluster = Cluster(client, retries)
        self._version = version
        self._alias = alias_of(base, version)
        self._writer = BulkWriter(self._cluster, self._alias, refresh)
        self._count_age = count_age
        self._counted: tuple[float, int] | None = None

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        for entry in entries:
            require_unicode([entry.fingerprint_id])
            require_field_lengths(entry.hashes)
        self._write(entries)

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        ids = list(fingerprint_ids)
        require_unicode(ids)
        self._write([Removal(fingerprint_id) for fingerprint_id in ids])

    def bulk(self, changes: Sequence[Change]) -> list[BulkOutcome]:
        """Apply what can be applied; one outcome per change, in order. Raises nothing.

        Twice is once. Where several changes concern one picture, the last counts, for all of
        them. An entry of another version needs nothing done: it is applied.
        """
        concerns_us = [
            not isinstance(change, VectorEntry) or change.version == self._version
            for change in changes
        ]
        ours = [change for change, is_ours in zip(changes, concerns_us, strict=True) if is_ours]
        outcomes = iter(self._writer.apply(ours))
        return [next(outcomes) if is_ours else APPLIED for is_ours in concerns_us]

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        return search(self._cluster, self._alias, queries, limit)

    @override
    def count(self) -> int:
        now = time.monotonic()
        if self._counted is None or not now - self._counted[0] < self._count_age:
            self._counted = now, count(self._cluster, self._alias)
        return self._counted[1]

    def ids(self, after: str = "", limit: int = 10_000) -> list[str]:
        """The first ``limit`` (to 10,000) searchable fingerprint ids above one, ascending."""
        query = {
            "size": limit,
            "query": {"range": {ID_FIELD: {"gt": after}}},
            "sort": [ID_FIELD],
            "track_total_hits": False,
            "stored_fields": "_none_",
        }
        params = {"filter_path": "hits.hits.sort", "allow_partial_search_results": "false"}
        answer = self._cluster.request("POST", f"/{self._alias}/_search", query, params)
        return [hit["sort"][0] for hit in answer.get("hits", {}).get("hits", [])]

    def _write(self, changes: Sequence[Change]) -> None:
        for outcome in self.bulk(changes):
            if outcome.state is BulkState.RETRY:
                raise StorageUnavailableError("The vector index does not accept changes now.")
            if outcome.state is BulkState.REJECTED:
                raise StorageInvalidError(f"The vector index refuses a picture: {outcome.reason}")
