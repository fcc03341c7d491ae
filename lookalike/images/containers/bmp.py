"""BMP (BITMAPINFOHEADER): size and compression."""

from __future__ import annotations

import struct

from lookalike.errors import ImageTooLargeError
from lookalike.images.containers.container import Container

SIGNATURE = b"BM"

_WIDTH, _HEADER_END = 18, 34
"""Where the width stands, and where the compression ends."""

_RUN_LENGTH = (1, 2)
_MAX_RUN_LENGTH_BYTES = 500_000
"""Pillow decodes run lengths in Python, at about a microsecond for two bytes."""
_MAX_RUN_LENGTH_PIXELS = 2_000_000
"""It fills rows that end early in Python, too, at a tenth of a microsecond for a pixel."""


def read_bmp(data: bytes) -> Container:
    """Bound the bytes and pixels that are decoded slowly.

    Raises:
        ImageTooLargeError: the file has too many bytes of run lengths, or too many pixels.
    """
    header = data[:_HEADER_END].ljust(_HEADER_END, b"\0")
    width, height, _, _, compression = struct.unpack_from("<iiHHI", header, _WIDTH)
    pixels = abs(width * height)
    is_large = len(data) > _MAX_RUN_LENGTH_BYTES or pixels > _MAX_RUN_LENGTH_PIXELS
    if compression in _RUN_LENGTH and is_large:
        raise ImageTooLargeError(
            f"The BMP has {len(data)} bytes of run lengths and {pixels} pixels; at most "
            f"{_MAX_RUN_LENGTH_BYTES} and {_MAX_RUN_LENGTH_PIXELS} are read. Save it uncompressed "
            "or as a PNG."
        )
    return Container(data)
