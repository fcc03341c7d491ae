"""Many changes in one request, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from opensearchpy import TransportError

from lookalike.errors import BadParameterError
from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.client import BUSY, Cluster, failure_reason, is_transient
from lookalike.storage.opensearch.schema import index_document
from lookalike.storage.opensearch.search import ndjson
from lookalike.storage.refusals import require_field_lengths, require_unicode
from lookalike.storage.synced_index import (
    APPLIED,
    ChangeOutcome,
    ChangeState,
    IndexChange,
    Removal,
)

BATCH_SIZE = 500
"""Changes of one request: about half a megabyte."""


_Outcomes = dict[str, ChangeOutcome]


class BulkWriter:
    """Applies changes through an alias, and never creates an index of the alias's name.

    Args:
        cluster: sends the requests.
        target: alias of the index; or its own name, where it is filled before it serves.
        refresh: what a bulk waits for: ``false`` nothing, ``wait_for`` or ``true`` until its
            changes are searchable.
        is_alias: whether the target is an alias.
    """

    def __init__(
        self, cluster: Cluster, target: str, refresh: str, *, is_alias: bool = True
    ) -> None:
        self._cluster = cluster
        self._path = f"/{target}/_bulk"
        self._params = {"require_alias": str(is_alias).lower(), "refresh": refresh}

    def apply(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        """Implement ``SyncedIndex.bulk``."""
        last = {change.fingerprint_id: change for change in changes}
        outcomes = {key: refused for key, change in last.items() if (refused := _refusal(change))}
        pending = [change for key, change in last.items() if key not in outcomes]
        for first in range(0, len(pending), BATCH_SIZE):
            outcomes |= self._persist(pending[first : first + BATCH_SIZE])
        return [outcomes[change.fingerprint_id] for change in changes]

    def _persist(self, changes: Sequence[IndexChange]) -> _Outcomes:
        """Apply a batch; what OpenSearch is too busy for is repeated until the deadline."""
        outcomes: _Outcomes = {}
        pending = {change.fingerprint_id: change for change in changes}
        for timeout in self._cluster.retries.attempts():
            busy: set[str] = set()
            for key, outcome, is_busy in self._attempt(list(pending.values()), timeout):
                outcomes[key] = outcome
                if is_busy:
                    busy.add(key)
            pending = {key: pending[key] for key in pending if key in busy}
            if not pending:
                break
        return outcomes

    def _attempt(
        self, changes: Sequence[IndexChange], timeout: float
    ) -> Iterator[tuple[str, ChangeOutcome, bool]]:
        """For each change: its id, its outcome, and whether OpenSearch was too busy for it."""
        body = ndjson(line for change in changes for line in _lines(change))
        try:
            answer = self._cluster.once("POST", self._path, body, self._params, timeout)
        except TransportError as error:
            if error.status_code in _MALFORMED and len(changes) > 1:
                # One malformed change fails the whole request: the halves are sent apart.
                half = len(changes) // 2
                yield from self._attempt(changes[:half], timeout)
                yield from self._attempt(changes[half:], timeout)
                return
            outcome = ChangeOutcome(_state(error.status_code), failure_reason(error))
            for change in changes:
                yield change.fingerprint_id, outcome, is_transient(error)
        else:
            for change, item in zip(changes, answer["items"], strict=True):
                ((_, result),) = item.items()
                yield change.fingerprint_id, _outcome(change, result), result["status"] in BUSY


_MALFORMED = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _lines(change: IndexChange) -> Iterator[Mapping[str, Any]]:
    target = {"_id": change.fingerprint_id}
    if isinstance(change, Removal):
        yield {"delete": target}
    else:
        # A picture never changes: an existing document need not be written again.
        yield {"create": target}
        yield index_document(change)


def _refusal(change: IndexChange) -> ChangeOutcome | None:
    """The outcome of a change that is rejected without being sent."""
    try:
        require_unicode([change.fingerprint_id])
        if isinstance(change, VectorEntry):
            require_field_lengths(change.hashes)
    except (BadParameterError, ValueError) as error:
        return ChangeOutcome(ChangeState.REJECTED, str(error))
    return None


def _outcome(change: IndexChange, result: Mapping[str, Any]) -> ChangeOutcome:
    status = result["status"]
    error = result.get("error")
    exists_already = isinstance(change, VectorEntry) and status == HTTPStatus.CONFLICT
    if error is None or exists_already:  # deleting an absent document is a 404 without an error
        return APPLIED
    return ChangeOutcome(_state(status), f"{error.get('type')}: {error.get('reason')}")


def _state(status: int | str) -> ChangeState:
    """Only malformed changes are rejected; access, indices and disks may be restored."""
    return ChangeState.REJECTED if status in _MALFORMED else ChangeState.RETRY
