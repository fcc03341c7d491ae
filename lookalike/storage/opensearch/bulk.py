"""Many changes in one request, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from opensearchpy import TransportError

from lookalike.errors import BadParameterError
from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.client import BUSY, Cluster, may_pass, reason_of
from lookalike.storage.opensearch.schema import document_of
from lookalike.storage.opensearch.search import ndjson
from lookalike.storage.refusals import require_field_lengths, require_unicode

AT_ONCE = 500
"""Changes of one request: about half a megabyte."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A picture is to be found no more."""

    fingerprint_id: str


Change = VectorEntry | Removal
"""A picture is to be found, or no more."""


class BulkState(StrEnum):
    """How a change has ended."""

    APPLIED = "applied"
    """It is as it should be: by this change, or was already."""
    REJECTED = "rejected"
    """It will never be accepted."""
    RETRY = "retry"
    """It was not accepted before the deadline, and may be later."""


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of one change.

    Attributes:
        state: how it has ended.
        reason: why it was not applied; empty where it was.
    """

    state: BulkState
    reason: str = ""


APPLIED = BulkOutcome(BulkState.APPLIED)

_Outcomes = dict[str, BulkOutcome]


class BulkWriter:
    """Applies changes through an alias, and never creates what it should point to.

    Args:
        cluster: where to.
        alias: of the index.
        refresh: what a bulk waits for: ``false`` nothing, ``wait_for`` or ``true`` until its
            changes are searchable.
    """

    def __init__(self, cluster: Cluster, alias: str, refresh: str) -> None:
        self._cluster = cluster
        self._path = f"/{alias}/_bulk"
        self._params = {"require_alias": "true", "refresh": refresh}

    def apply(self, changes: Sequence[Change]) -> list[BulkOutcome]:
        """One outcome per change, in order.

        Twice is once. Where several concern one picture, the last of them counts, for all.
        """
        last = {change.fingerprint_id: change for change in changes}
        outcomes = {key: refused for key, change in last.items() if (refused := _refusal(change))}
        pending = [change for key, change in last.items() if key not in outcomes]
        for first in range(0, len(pending), AT_ONCE):
            outcomes |= self._persist(pending[first : first + AT_ONCE])
        return [outcomes[change.fingerprint_id] for change in changes]

    def _persist(self, changes: Sequence[Change]) -> _Outcomes:
        """Apply; what OpenSearch is too busy for again and again until the deadline."""
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
        self, changes: Sequence[Change], timeout: float
    ) -> Iterator[tuple[str, BulkOutcome, bool]]:
        """For each change its id, its outcome, and whether OpenSearch was only too busy for it."""
        body = ndjson(line for change in changes for line in _lines(change))
        try:
            answer = self._cluster.once("POST", self._path, body, self._params, timeout)
        except TransportError as error:
            if error.status_code in _MALFORMED and len(changes) > 1:
                # One of them spoils it for all: the others are applied without it.
                half = len(changes) // 2
                yield from self._attempt(changes[:half], timeout)
                yield from self._attempt(changes[half:], timeout)
                return
            outcome = BulkOutcome(_state(error.status_code), reason_of(error))
            for change in changes:
                yield change.fingerprint_id, outcome, may_pass(error)
        else:
            for change, item in zip(changes, answer["items"], strict=True):
                ((_, result),) = item.items()
                yield change.fingerprint_id, _outcome(change, result), result["status"] in BUSY


_MALFORMED = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _lines(change: Change) -> Iterator[Mapping[str, Any]]:
    target = {"_id": change.fingerprint_id}
    if isinstance(change, Removal):
        yield {"delete": target}
    else:
        # A picture never changes: what is there need not be written again.
        yield {"create": target}
        yield document_of(change)


def _refusal(change: Change) -> BulkOutcome | None:
    """Why a change need not be sent at all."""
    try:
        require_unicode([change.fingerprint_id])
        if isinstance(change, VectorEntry):
            require_field_lengths(change.hashes)
    except (BadParameterError, ValueError) as error:
        return BulkOutcome(BulkState.REJECTED, str(error))
    return None


def _outcome(change: Change, result: Mapping[str, Any]) -> BulkOutcome:
    status = result["status"]
    error = result.get("error")
    there_already = isinstance(change, VectorEntry) and status == HTTPStatus.CONFLICT
    if error is None or there_already:  # deleting what is not there is a 404 without an error
        return APPLIED
    return BulkOutcome(_state(status), f"{error.get('type')}: {error.get('reason')}")


def _state(status: int | str) -> BulkState:
    """Only what OpenSearch calls malformed is hopeless; access, indices and disks come back."""
    return BulkState.REJECTED if status in _MALFORMED else BulkState.RETRY
