"""Checks of arguments that every kind of storage makes, with the same messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from lookalike.errors import BadParameterError
from lookalike.fingerprint.layout import LAYOUTS, HashRows

MAX_LIMIT = 10_000
"""Most neighbours that one query may ask for."""

FIELD_BYTES = {field: layout.bits // 8 for layout in LAYOUTS.values() for field in layout.fields}
"""Bytes of one hash by field name."""


def require_unicode(texts: Iterable[str | None]) -> None:
    """Refuse texts that UTF-8 cannot encode.

    Raises:
        BadParameterError: a text has a lone surrogate.
    """
    try:
        "".join(text or "" for text in texts).encode()
    except UnicodeEncodeError as exc:
        raise BadParameterError("A text has a lone surrogate: it is not valid Unicode.") from exc


def require_field_lengths(hashes: Mapping[str, bytes]) -> None:
    """Refuse hashes of the wrong length; unknown fields are ignored.

    Raises:
        ValueError: a hash does not have the length of its field.
    """
    for field, value in hashes.items():
        if len(value) != FIELD_BYTES.get(field, len(value)):
            raise ValueError(f"{field} must have {FIELD_BYTES[field]} bytes, not {len(value)}")


def require_queries(queries: Mapping[str, HashRows], limit: int) -> None:
    """Refuse invalid arguments of ``VectorIndex.nearest``.

    Raises:
        ValueError: an unknown algorithm, rows of another width, or ``limit`` out of range.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit must be 1 to {MAX_LIMIT}, not {limit}")
    for name, rows in queries.items():
        if name not in LAYOUTS:
            raise ValueError(f"unknown hash algorithm {name!r}")
        width = LAYOUTS[name].bits // 8
        if rows.dtype != np.uint8 or rows.shape[1:] != (width,):
            raise ValueError(f"queries on {name} must be uint8 of shape (n, {width})")
