"""Fingerprints as JSON, for programs that store them in a database of their own."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields

from lookalike.errors import BadParameterError
from lookalike.fingerprint.fingerprint_validation import require_valid_fingerprint
from lookalike.pictures import Fingerprint

FIELDS = tuple(each.name for each in fields(Fingerprint) if each.name != "embeddings")


def fingerprint_to_json(fingerprint: Fingerprint) -> str:
    """Write a fingerprint as JSON, which ``fingerprint_from_json`` reads.

    Hashes are written as hex digits, the signature in Base64.
    """
    hashes = {name: value.hex() for name, value in fingerprint.hashes.items()}
    signature = b64encode(fingerprint.signature).decode()
    values = {name: getattr(fingerprint, name) for name in FIELDS}
    return json.dumps(values | {"hashes": hashes, "signature": signature})


def fingerprint_from_json(text: str) -> Fingerprint:
    """Read the fingerprint that ``fingerprint_to_json`` wrote, of any algorithm version.

    Raises:
        BadParameterError: the text is not JSON, or no fingerprint.
    """
    try:
        fingerprint = _read(json.loads(text))
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadParameterError("The text is not the JSON of a fingerprint.") from error
    require_valid_fingerprint(fingerprint)
    return fingerprint


def _read(values: object) -> Fingerprint:
    """The fingerprint of decoded JSON; its fields may still have any values.

    Raises:
        TypeError, ValueError, AttributeError: the JSON has another shape.
    """
    if not isinstance(values, Mapping) or values.keys() != set(FIELDS):
        raise ValueError(f"the JSON must be an object of {', '.join(FIELDS)}")
    hashes = {name: bytes.fromhex(value) for name, value in values["hashes"].items()}
    signature = b64decode(values["signature"], validate=True)
    trim_box = tuple(values["trim_box"])
    changed = {"hashes": hashes, "signature": signature, "trim_box": trim_box}
    return Fingerprint(**{**values, **changed})
