"""One record of the stream of pictures or of products, as Lambda delivers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lookalike.errors import PermanentError
from lookalike.storage.dynamodb.schema import (
    EMBEDDINGS,
    ENTITY_ID,
    FINGERPRINT_ID,
    FURTHER_OF,
    INDEXED_ATTRIBUTES,
    INDEXED_OF_PRODUCTS,
    TIMES_SEEN,
)

Record = Mapping[str, Any]
"""One change of one item, in Lambda's JSON (binary values in base64)."""

_EVENT_NAMES = frozenset({"INSERT", "MODIFY", "REMOVE"})


@dataclass(frozen=True, slots=True)
class Changed:
    """What a record is about: a picture, or else a product."""

    key: str
    is_product: bool = False


class MalformedRecordError(PermanentError):
    """The record does not say which picture or product it is about."""

    code = "malformed_record"
    title = "Malformed record"


def changed_item(record: object) -> Changed | None:
    """What a record is about; ``None`` where no index is affected.

    Most changes of a stored picture are registrations that update when it was last seen.

    Raises:
        MalformedRecordError: the record names neither a picture nor a registered product.
    """
    change = _change(record)
    if not isinstance(record, Mapping) or change is None:
        raise MalformedRecordError("It is not a record of a DynamoDB stream.")
    if record.get("eventName") not in _EVENT_NAMES:
        raise MalformedRecordError(f"Its eventName {record.get('eventName')!r} is unknown.")
    keys = change.get("Keys")
    if isinstance(keys, Mapping) and ENTITY_ID in keys:
        return _changed_product(change)
    fingerprint_id = _key(change, FINGERPRINT_ID)
    return None if _is_unaffected(change, INDEXED_ATTRIBUTES) else Changed(fingerprint_id)


def _changed_product(change: Mapping[str, Any]) -> Changed | None:
    """The product, unless its item stands for a further picture; that is in its own item, too."""
    entity_id, new = _key(change, ENTITY_ID), change.get("NewImage")
    image = new or change.get("OldImage") or {}
    if FURTHER_OF in image or _is_unaffected(change, INDEXED_OF_PRODUCTS):
        return None
    if new and FINGERPRINT_ID not in new:
        raise MalformedRecordError("Its item is written by another program, and not registered.")
    return Changed(entity_id, is_product=True)


def adds_embeddings(record: object) -> bool:
    """Return whether a stored picture was registered again, with embeddings that it lacked.

    The products that show it may stay as they are, so that no record names them. What embeds stored
    pictures by itself registers none, and is not meant.
    """
    change = _change(record) or {}
    old, new = change.get("OldImage"), change.get("NewImage")
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return False
    is_registered = old.get(TIMES_SEEN) != new.get(TIMES_SEEN)
    return is_registered and not _versions(new) <= _versions(old)


def sequence_number(record: object) -> str:
    """The record's place in its shard; empty (Lambda: the whole batch) where it has none."""
    number = (_change(record) or {}).get("SequenceNumber")
    return number if isinstance(number, str) else ""


def created_at(record: object) -> float | None:
    """When the change happened, in seconds since the epoch; ``None`` where the record has none."""
    moment = (_change(record) or {}).get("ApproximateCreationDateTime")
    return float(moment) if isinstance(moment, int | float) else None


def _change(record: object) -> Mapping[str, Any] | None:
    change = record.get("dynamodb") if isinstance(record, Mapping) else None
    return change if isinstance(change, Mapping) else None


def _versions(image: Mapping[str, Any]) -> set[str]:
    """The models that a picture is embedded by."""
    found = image.get(EMBEDDINGS)
    return set(found.get("M", ())) if isinstance(found, Mapping) else set()


def _key(change: Mapping[str, Any], name: str) -> str:
    try:
        key = change["Keys"][name]["S"]
    except (LookupError, TypeError) as error:
        raise MalformedRecordError(f"It has no {name}.") from error
    if not isinstance(key, str) or not key:
        raise MalformedRecordError(f"Its {name} is not a text.")
    return key


def _is_unaffected(change: Mapping[str, Any], indexed: Collection[str]) -> bool:
    old, new = change.get("OldImage"), change.get("NewImage")
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return False
    return all(old.get(name) == new.get(name) for name in indexed)
