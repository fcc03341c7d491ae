"""Cursors: where the next page of a list begins, as an opaque text for addresses."""

from __future__ import annotations

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from lookalike.errors import BadParameterError

MAX_LENGTH = 1500
"""Characters of a cursor: the longest entity id takes 1,372."""
_CHECKSUM_BYTES = 4


def cursor_of(position: str) -> str:
    """The cursor that names a position in a list, such as the id of the last entry shown."""
    content = position.encode()
    return urlsafe_b64encode(_checksum(content) + content).decode().rstrip("=")


def position_of(cursor: str) -> str:
    """The position that a cursor names.

    Raises:
        BadParameterError: no answer has had this cursor: it was cut off, say.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = urlsafe_b64decode(padded.encode("ascii"))
        checksum, content = decoded[:_CHECKSUM_BYTES], decoded[_CHECKSUM_BYTES:]
        if checksum == _checksum(content) and cursor == cursor_of(content.decode()):
            return content.decode()
    except (binascii.Error, UnicodeError):
        pass
    raise BadParameterError(
        "cursor must be the next_cursor of an answer, whole and unchanged. Leave it out to begin "
        "with the first page."
    )


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM_BYTES)
