"""Validates fingerprints that come from outside, such as from another program's database."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lookalike.errors import BadParameterError, LookalikeError
from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.signature import MAX_BYTES, decode
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint

MAX_QUALITY = 100
MAX_SIDE = 2**31 - 1
"""Pixels; every store keeps such a number."""
_BOX_SIDES = 4
_FINGERPRINT_ID = re.compile("[0-9a-f]{32}")
_VERSION = re.compile("[!-~]{1,64}")


def require_valid_fingerprint(fingerprint: Fingerprint) -> None:
    """Refuse a fingerprint that no fingerprinter can have computed.

    Of other algorithm versions, neither the hashes nor the format of the signature are known: only
    the types of their fields are checked.

    Raises:
        BadParameterError: a field has another type, is out of range, or has another length.
    """
    _require_types(fingerprint)
    _require_ranges(fingerprint)
    if fingerprint.version == ALGORITHM_VERSION:
        _require_hashes(fingerprint)
        _require_signature(fingerprint)


def _require_types(fingerprint: Fingerprint) -> None:
    for name in ("fingerprint_id", "version"):
        _require(isinstance(getattr(fingerprint, name), str), f"{name} must be a text")
    for name in ("quality", "width", "height"):
        _require(type(getattr(fingerprint, name)) is int, f"{name} must be a whole number")
    _require(_maps_to_bytes(fingerprint.hashes), "hashes must map names to bytes")
    _require(isinstance(fingerprint.signature, bytes), "signature must be bytes")
    _require(_is_box(fingerprint.trim_box), "trim_box must have four numbers")


def _require_ranges(fingerprint: Fingerprint) -> None:
    is_id = _FINGERPRINT_ID.fullmatch(fingerprint.fingerprint_id)
    _require(is_id is not None, "fingerprint_id must have 32 hex digits in lower case")
    _require(_VERSION.fullmatch(fingerprint.version) is not None, "version must be a short word")
    _require(0 <= fingerprint.quality <= MAX_QUALITY, "quality must be from 0 to 100")
    is_size = all(0 < side <= MAX_SIDE for side in (fingerprint.width, fingerprint.height))
    _require(is_size, f"width and height must be from 1 to {MAX_SIDE}")
    left, top, right, bottom = fingerprint.trim_box
    is_within = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    _require(is_within, "trim_box must be left, top, right, bottom as fractions from 0 to 1")


def _require_hashes(fingerprint: Fingerprint) -> None:
    bits = {field: layout.bits for layout in LAYOUTS.values() for field in layout.fields}
    for field, value in fingerprint.hashes.items():
        _require(field in bits, f"there is no hash {field!r:.50}")
        _require(8 * len(value) == bits[field], f"the hash {field} must have {bits[field]} bits")
    for layout in LAYOUTS.values():
        _require(layout.fields[0] in fingerprint.hashes, f"the hash {layout.fields[0]} is missing")


def _require_signature(fingerprint: Fingerprint) -> None:
    is_short = len(fingerprint.signature) <= MAX_BYTES
    _require(is_short, f"the signature has more than {MAX_BYTES} bytes")
    try:
        decode(fingerprint.signature).thumbnail.load()
    except LookalikeError as error:
        raise BadParameterError(f"This is not a fingerprint. {error.detail}") from error


def _maps_to_bytes(hashes: object) -> bool:
    return isinstance(hashes, Mapping) and all(
        isinstance(name, str) and isinstance(value, bytes) for name, value in hashes.items()
    )


def _is_box(box: object) -> bool:
    return (
        isinstance(box, tuple)
        and len(box) == _BOX_SIDES
        and all(type(side) in (int, float) for side in box)
    )


def _require(is_met: bool, rule: str) -> None:  # noqa: FBT001 - the condition of the rule
    if not is_met:
        raise BadParameterError(f"This is not a fingerprint: {rule}.")
