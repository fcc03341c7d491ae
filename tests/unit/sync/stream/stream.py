"""Records as the pictures table's stream has them, and an index that does what it is told."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import VectorIndex
from lookalike.storage.opensearch.bulk import APPLIED, BulkOutcome, Change

EventName = Literal["INSERT", "MODIFY", "REMOVE"]


def an_image(picture: Picture) -> dict[str, Any]:
    """What of an item matters here, in the JSON of Lambda."""
    fingerprint = picture.fingerprint
    hashes = {
        name: {"B": base64.b64encode(value).decode()} for name, value in fingerprint.hashes.items()
    }
    return {
        "fingerprint_id": {"S": fingerprint.fingerprint_id},
        "version": {"S": fingerprint.version},
        "hashes": {"M": hashes},
        "last_seen": {"N": str(picture.last_seen)},
    }


def a_record(
    name: EventName,
    fingerprint_id: str,
    number: int = 1,
    *,
    old: Picture | None = None,
    new: Picture | None = None,
) -> dict[str, Any]:
    """One change; its number is its sequence number and the second in which it happened."""
    images = {"OldImage": old, "NewImage": new}
    return {
        "eventID": f"event-{number}",
        "eventName": name,
        "dynamodb": {
            "ApproximateCreationDateTime": float(number),
            "Keys": {"fingerprint_id": {"S": fingerprint_id}},
            "SequenceNumber": str(number),
            **{key: an_image(picture) for key, picture in images.items() if picture},
        },
    }


class ToldIndex:
    """Brings changes into real vectors, but for pictures that it was told another outcome of."""

    def __init__(self, vectors: VectorIndex) -> None:
        self.vectors = vectors
        self.outcomes: dict[str, BulkOutcome] = {}
        self.bulks: list[list[Change]] = []

    def bulk(self, changes: Sequence[Change]) -> list[BulkOutcome]:
        """Apply what nothing else was told of."""
        self.bulks.append(list(changes))
        return [self._apply(change) for change in changes]

    def _apply(self, change: Change) -> BulkOutcome:
        outcome = self.outcomes.get(change.fingerprint_id, APPLIED)
        if outcome is not APPLIED:
            return outcome
        if isinstance(change, VectorEntry):
            self.vectors.add([change])
        else:
            self.vectors.remove([change.fingerprint_id])
        return APPLIED


def an_invocation_record(event: Mapping[str, Any] | str) -> dict[str, Any]:
    """What Lambda's on-failure destination writes of a failed invocation."""
    return {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 3},
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-11-14T00:13:49.717Z",
        "DDBStreamBatchInfo": {"shardId": "shardId-1", "batchSize": 1},
        "payload": event,
    }
