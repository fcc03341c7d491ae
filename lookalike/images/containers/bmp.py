"""BMP (BITMAPINFOHEADER): the compression."""

from __future__ import annotations

from lookalike.errors import ImageTooLargeError
from lookalike.images.containers.container import Container

SIGNATURE = b"BM"

_RUN_LENGTH = (1, 2)
_MAX_RUN_LENGTH_BYTES = 500_000
"""Pillow decodes run lengths in Python, at about a microsecond for two bytes."""


def read_bmp(data: bytes) -> Container:
    """Bound the bytes that are decoded slowly.

    Raises:
        ImageTooLargeError: the file has too many bytes of run lengths.
    """
    compression = int.from_bytes(data[30:34], "little") if len(data) > 34 else 0  # noqa: PLR2004 - end of the field
    if compression in _RUN_LENGTH and len(data) > _MAX_RUN_LENGTH_BYTES:
        raise ImageTooLargeError(
            f"The BMP has {len(data)} bytes of run lengths; at most {_MAX_RUN_LENGTH_BYTES} are "
            "read. Save it uncompressed or as a PNG."
        )
    return Container(data)
