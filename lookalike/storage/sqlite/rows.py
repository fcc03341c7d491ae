"""Rows of pictures and vectors, and statements about many rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lookalike.pictures import Fingerprint, Picture, VectorEntry
from lookalike.storage.refusals import FIELD_BYTES
from lookalike.storage.sqlite.columns import Row
from lookalike.storage.sqlite.encryption import Sealing

FINGERPRINT_COLUMNS = (
    "version, hashes, quality, width, height, "
    "trim_left, trim_top, trim_right, trim_bottom, signature"
)
VECTOR_COLUMNS = ", ".join(("fingerprint_id", "version", *FIELD_BYTES))

MAX_PARAMETERS = 500
"""Parameters of one statement: well below what any build of SQLite takes."""


def in_chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Lists of values that fit into one statement."""
    iterator = iter(values)
    while chunk := list(islice(iterator, MAX_PARAMETERS)):
        yield chunk


def placeholders(values: Sequence[object]) -> str:
    """``?, ?, …``: as many as there are values."""
    return ", ".join("?" * len(values))


def fingerprint_row(fingerprint: Fingerprint, sealing: Sealing) -> Row:
    """The values of ``FINGERPRINT_COLUMNS``, in order."""
    hashes = {field: value.hex() for field, value in fingerprint.hashes.items()}
    return (
        fingerprint.version,
        json.dumps(hashes, ensure_ascii=False, separators=(",", ":")),
        fingerprint.quality,
        fingerprint.width,
        fingerprint.height,
        *fingerprint.trim_box,
        sealing.seal(fingerprint.signature, fingerprint.fingerprint_id),
    )


def picture_from(row: Row, sealing: Sealing) -> Picture:
    """The picture of a row of ``fingerprint_id``, ``last_seen`` and ``FINGERPRINT_COLUMNS``."""
    fingerprint_id, last_seen, version, hashes, quality, width, height, *trim, signature = row
    left, top, right, bottom = trim
    fingerprint = Fingerprint(
        fingerprint_id=fingerprint_id,
        version=version,
        hashes={field: bytes.fromhex(value) for field, value in json.loads(hashes).items()},
        quality=quality,
        width=width,
        height=height,
        trim_box=(left, top, right, bottom),
        signature=sealing.open(signature, fingerprint_id),
    )
    return Picture(fingerprint, last_seen)


def vector_row(entry: VectorEntry) -> Row:
    """The values of ``VECTOR_COLUMNS``, in order."""
    hashes = (entry.hashes.get(field) for field in FIELD_BYTES)
    return (entry.fingerprint_id, entry.version, *hashes)
