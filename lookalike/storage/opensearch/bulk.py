"""Many changes in one request, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
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


Line = Mapping[str, Any]
Write = tuple[Line, ...]
"""What a bulk has of one document: an action with its ``_id``, and the document, if any."""


class BulkRequests:
    """Writes documents through an alias, and never creates an index of the alias's name.

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

    def write(self, writes: Mapping[str, Write]) -> dict[str, ChangeOutcome]:
        """Write what can be written; the outcomes, by the id of the document."""
        outcomes: dict[str, ChangeOutcome] = {}
        left = iter(writes.items())
        while batch := dict(islice(left, BATCH_SIZE)):
            outcomes |= self._persist(batch)
        return outcomes

    def _persist(self, pending: dict[str, Write]) -> dict[str, ChangeOutcome]:
        """Write a batch; what OpenSearch is too busy for is repeated until the deadline."""
        outcomes: dict[str, ChangeOutcome] = {}
        for timeout in self._cluster.retries.attempts():
            busy: set[str] = set()
            for key, outcome, is_busy in self._attempt(list(pending.items()), timeout):
                outcomes[key] = outcome
                if is_busy:
                    busy.add(key)
            pending = {key: pending[key] for key in pending if key in busy}
            if not pending:
                break
        return outcomes

    def _attempt(
        self, writes: Sequence[tuple[str, Write]], timeout: float
    ) -> Iterator[tuple[str, ChangeOutcome, bool]]:
        """For each document: its id, its outcome, and whether OpenSearch was too busy for it."""
        body = ndjson(line for _, lines in writes for line in lines)
        try:
            answer = self._cluster.once("POST", self._path, body, self._params, timeout)
        except TransportError as error:
            if error.status_code in _MALFORMED and len(writes) > 1:
                # One malformed change fails the whole request: the halves are sent apart.
                half = len(writes) // 2
                yield from self._attempt(writes[:half], timeout)
                yield from self._attempt(writes[half:], timeout)
                return
            outcome = ChangeOutcome(_state(error.status_code), failure_reason(error))
            for key, _ in writes:
                yield key, outcome, is_transient(error)
        else:
            for (key, _), item in zip(writes, answer["items"], strict=True):
                ((action, result),) = item.items()
                yield key, _outcome(action, result), result["status"] in BUSY


_MALFORMED = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class BulkWriter:
    """Applies changes of the index of pictures.

    Args:
        requests: writes documents.
    """

    def __init__(self, requests: BulkRequests) -> None:
        self._requests = requests

    def apply(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        """Implement ``SyncedIndex.bulk``."""
        last = {change.fingerprint_id: change for change in changes}
        outcomes = {key: refused for key, change in last.items() if (refused := _refusal(change))}
        writes = {key: _lines(change) for key, change in last.items() if key not in outcomes}
        outcomes |= self._requests.write(writes)
        return [outcomes[change.fingerprint_id] for change in changes]


def _lines(change: IndexChange) -> Write:
    target = {"_id": change.fingerprint_id}
    if isinstance(change, Removal):
        return ({"delete": target},)
    # A picture never changes: an existing document need not be written again.
    return {"create": target}, index_document(change)


def _refusal(change: IndexChange) -> ChangeOutcome | None:
    """The outcome of a change that is rejected without being sent."""
    try:
        require_unicode([change.fingerprint_id])
        if isinstance(change, VectorEntry):
            require_field_lengths(change.hashes)
    except (BadParameterError, ValueError) as error:
        return ChangeOutcome(ChangeState.REJECTED, str(error))
    return None


def _outcome(action: str, result: Mapping[str, Any]) -> ChangeOutcome:
    status = result["status"]
    error = result.get("error")
    exists_already = action == "create" and status == HTTPStatus.CONFLICT
    if error is None or exists_already:  # deleting an absent document is a 404 without an error
        return APPLIED
    return ChangeOutcome(_state(status), f"{error.get('type')}: {error.get('reason')}")


def _state(status: int | str) -> ChangeState:
    """Only malformed changes are rejected; access, indices and disks may be restored."""
    return ChangeState.REJECTED if status in _MALFORMED else ChangeState.RETRY
