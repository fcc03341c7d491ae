"""The vector index on OpenSearch."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from opensearchpy import OpenSearch
from typing_extensions import override

from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.opensearch.bulk import BulkRequests, BulkWriter
from lookalike.storage.opensearch.client import SEARCH_RETRIES, Cluster
from lookalike.storage.opensearch.schema import alias_name
from lookalike.storage.opensearch.search import count, ids, present, search
from lookalike.storage.opensearch.service import INDEX_BASE
from lookalike.storage.refusals import require_field_lengths, require_unicode
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import (
    APPLIED,
    ChangeOutcome,
    ChangeState,
    IndexChange,
    Removal,
    SyncedIndex,
)


class OpenSearchVectors(SyncedIndex):
    """The vectors of one algorithm version.

    Changes show in answers after the index's next refresh.

    Args:
        client: from ``connect``.
        version: the algorithm version; entries of another version are left out.
        base: prefix of index names.
        retries: for requests that OpenSearch is too busy for.
        refresh: ``false``, ``wait_for`` or ``true``: whether a write does not wait, waits for the
            next refresh, or forces one.
        count_age: seconds that a count is cached: each check asks for it and needs no exact one.
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
        self._alias = alias_name(base, version)
        self._writer = BulkWriter(BulkRequests(self._cluster, self._alias, refresh))
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

    @override
    def bulk(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        ours = [change for change in changes if self._is_ours(change)]
        outcomes = iter(self._writer.apply(ours))
        return [next(outcomes) if self._is_ours(change) else APPLIED for change in changes]

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        return search(self._cluster, self._alias, queries, limit)

    @override
    def count(self) -> int:
        now = time.monotonic()
        if self._counted is None or not now - self._counted[0] < self._count_age:
            self._counted = now, count(self._cluster, self._alias)
        return self._counted[1]

    @override
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        return ids(self._cluster, self._alias, after, limit, until)

    @override
    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        return present(self._cluster, self._alias, fingerprint_ids)

    def _is_ours(self, change: IndexChange) -> bool:
        return isinstance(change, Removal) or change.version == self._version

    def _write(self, changes: Sequence[IndexChange]) -> None:
        for outcome in self.bulk(changes):
            if outcome.state is ChangeState.RETRY:
                raise StorageUnavailableError("The vector index does not accept changes now.")
            if outcome.state is ChangeState.REJECTED:
                raise StorageInvalidError(f"The vector index refuses a picture: {outcome.reason}")
