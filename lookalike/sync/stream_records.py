"""Records of the pictures table's stream, as Lambda hands them over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookalike.errors import PermanentError

Record = Mapping[str, Any]
"""One change of one picture, in the JSON that Lambda makes of it (binary values in base64)."""

_CHANGES = frozenset({"INSERT", "MODIFY", "REMOVE"})
_INDEXED = ("version", "hashes")
"""What the index has of a picture; the rest never changes, or is of when it was last seen."""


class MalformedRecordError(PermanentError):
    """It cannot be told which picture a record is about."""

    code = "malformed_record"
    title = "Malformed record"


def picture_of(record: object) -> str | None:
    """The id of the picture that a record is about; ``None`` where nothing of the index changes.

    Most changes of a stored picture are registrations that note when it was last seen.

    Raises:
        MalformedRecordError: that is not what it says.
    """
    change = record.get("dynamodb") if isinstance(record, Mapping) else None
    if not isinstance(record, Mapping) or not isinstance(change, Mapping):
        raise MalformedRecordError("It is no record of a DynamoDB stream.")
    if record.get("eventName") not in _CHANGES:
        raise MalformedRecordError(f"Its eventName {record.get('eventName')!r} is unknown.")
    fingerprint_id = _key(change)
    return None if _is_untouched(change) else fingerprint_id


def sequence_number(record: object) -> str:
    """Where in its shard a record stands; empty (Lambda: the whole batch) where it does not say."""
    change = record.get("dynamodb") if isinstance(record, Mapping) else None
    number = change.get("SequenceNumber") if isinstance(change, Mapping) else None
    return number if isinstance(number, str) else ""


def created_at(record: object) -> float | None:
    """When the change happened, in seconds since the epoch; ``None`` where it does not say."""
    change = record.get("dynamodb") if isinstance(record, Mapping) else None
    moment = change.get("ApproximateCreationDateTime") if isinstance(change, Mapping) else None
    return float(moment) if isinstance(moment, int | float) else None


def _key(change: Mapping[str, Any]) -> str:
    try:
        fingerprint_id = change["Keys"]["fingerprint_id"]["S"]
    except (LookupError, TypeError) as error:
        raise MalformedRecordError("It names no fingerprint_id.") from error
    if not isinstance(fingerprint_id, str) or not fingerprint_id:
        raise MalformedRecordError("Its fingerprint_id is no text.")
    return fingerprint_id


def _is_untouched(change: Mapping[str, Any]) -> bool:
    old, new = change.get("OldImage"), change.get("NewImage")
    return isinstance(old, Mapping) and isinstance(new, Mapping) and _indexed(old) == _indexed(new)


def _indexed(image: Mapping[str, Any]) -> dict[str, Any]:
    return {name: image.get(name) for name in _INDEXED}
