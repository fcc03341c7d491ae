"""One record of the pictures table's stream, as Lambda delivers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookalike.errors import PermanentError
from lookalike.storage.dynamodb.schema import FINGERPRINT_ID, INDEXED_ATTRIBUTES

Record = Mapping[str, Any]
"""One change of one picture, in Lambda's JSON (binary values in base64)."""

_EVENT_NAMES = frozenset({"INSERT", "MODIFY", "REMOVE"})


class MalformedRecordError(PermanentError):
    """The record does not say which picture it is about."""

    code = "malformed_record"
    title = "Malformed record"


def changed_picture(record: object) -> str | None:
    """The id of the picture that a record is about; ``None`` where the index is not affected.

    Most changes of a stored picture are registrations that update when it was last seen.

    Raises:
        MalformedRecordError: the record does not name a picture.
    """
    change = _change(record)
    if not isinstance(record, Mapping) or change is None:
        raise MalformedRecordError("It is not a record of a DynamoDB stream.")
    if record.get("eventName") not in _EVENT_NAMES:
        raise MalformedRecordError(f"Its eventName {record.get('eventName')!r} is unknown.")
    fingerprint_id = _fingerprint_id(change)
    return None if _is_unaffected(change) else fingerprint_id


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


def _fingerprint_id(change: Mapping[str, Any]) -> str:
    try:
        fingerprint_id = change["Keys"][FINGERPRINT_ID]["S"]
    except (LookupError, TypeError) as error:
        raise MalformedRecordError("It has no fingerprint_id.") from error
    if not isinstance(fingerprint_id, str) or not fingerprint_id:
        raise MalformedRecordError("Its fingerprint_id is not a text.")
    return fingerprint_id


def _is_unaffected(change: Mapping[str, Any]) -> bool:
    old, new = change.get("OldImage"), change.get("NewImage")
    return isinstance(old, Mapping) and isinstance(new, Mapping) and _indexed(old) == _indexed(new)


def _indexed(image: Mapping[str, Any]) -> dict[str, Any]:
    return {name: image.get(name) for name in INDEXED_ATTRIBUTES}
