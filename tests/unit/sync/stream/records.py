"""Records as the pictures table's stream has them, and an index with scripted outcomes."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from typing_extensions import override

from lookalike.pictures import Picture
from lookalike.products import Product
from lookalike.storage.dynamodb.items import product_item
from lookalike.storage.synced_index import ChangeOutcome, IndexChange
from tests.builders import a_picture
from tests.toy_index import ToyIndex

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


def an_embedding_record(
    old: Collection[str], new: Collection[str], *, seen: Sequence[int] = (1, 2)
) -> dict[str, Any]:
    """A change of picture 1, which has embeddings of these versions, and how often it was seen."""
    picture = an_image(a_picture(1))
    images = [
        picture
        | {"times_seen": {"N": str(times)}}
        | ({"embeddings": {"M": {name: {"B": "AAA="} for name in versions}}} if versions else {})
        for versions, times in zip((old, new), seen, strict=True)
    ]
    record = a_record("MODIFY", picture["fingerprint_id"]["S"])
    record["dynamodb"] |= {"OldImage": images[0], "NewImage": images[1]}
    return record


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


def a_product_record(old: Product | None, new: Product | None, number: int = 1) -> dict[str, Any]:
    """One change of one product."""
    images = {"OldImage": old, "NewImage": new}
    items = {key: product_item(product) for key, product in images.items() if product}
    name = "MODIFY" if old and new else "INSERT" if new else "REMOVE"
    [key, *_] = [item["entity_id"] for item in items.values()]
    change = {"Keys": {"entity_id": key}, "SequenceNumber": str(number), **items}
    return {"eventID": f"event-{number}", "eventName": name, "dynamodb": change}


class ScriptedIndex(ToyIndex):
    """An index that answers with another outcome for the pictures that a test names."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: dict[str, ChangeOutcome] = {}
        self.bulks: list[list[IndexChange]] = []

    @override
    def bulk(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        self.bulks.append(list(changes))
        return super().bulk(changes)

    @override
    def apply(self, change: IndexChange) -> ChangeOutcome:
        return self.outcomes.get(change.fingerprint_id) or super().apply(change)


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
