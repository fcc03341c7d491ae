"""The limits of a picture's size, checked before anything is decoded.

The pixel limits keep decoding within 300 MB above idle (peak memory measured in a fresh
process, a picture of the given size in the costliest mode of the format) and about 2 s.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lookalike.errors import ImageCorruptError, ImageTooLargeError, ImageTooSmallError

MAX_BYTES = 20 * 1024 * 1024
"""Bytes of one picture that are read, wherever it comes from."""
MAX_SIDE = 30_000
MIN_SIDE = 16
MAX_ASPECT = 40
"""Long side over short side. Product descriptions in one strip reach 25; beyond 40, nothing can be
recognised."""

MAX_SECONDS = 5.0
"""Wall time of a decoder for one picture, and processor time; half of it is never needed."""
MAX_MEMORY = 300_000_000
"""Bytes that a decoder may take for a picture, beside the picture that it hands over."""

MAX_COEFFICIENT_BYTES = 230_000_000
"""A multi-scan JPEG is held as coefficients: 38 million pixels in 4:4:4, 76 in 4:2:0."""

MAX_PIXELS: Mapping[str, int] = MappingProxyType(
    {
        "JPEG": 100_000_000,  # decoded at an eighth of the size
        "PNG": 30_000_000,
        "BMP": 30_000_000,
        "TIFF": 30_000_000,
        "GIF": 30_000_000,
        "WEBP": 16_000_000,  # Pillow keeps four copies of 4 bytes a pixel
        "AVIF": 18_000_000,  # 16 bytes a pixel with 10 bits in 4:4:4
        "HEIF": 24_000_000,  # 12 million with more than 8 bits in 4:4:4
    }
)


def check_bytes(data: bytes) -> None:
    """Refuse files that are empty or too large.

    Raises:
        ImageCorruptError: the file is empty.
        ImageTooLargeError: it has more than ``MAX_BYTES``.
    """
    if not data:
        raise ImageCorruptError("The picture has no bytes. Send the file's content.")
    if len(data) > MAX_BYTES:
        raise ImageTooLargeError(
            f"The picture has {len(data) / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} MB are "
            "read. Send a smaller or more strongly compressed copy."
        )


def check_size(image_format: str, size: tuple[int, int]) -> None:
    """Refuse pictures with too many or too few pixels.

    Raises:
        ImageTooLargeError: it has more pixels than can be decoded in bounded memory.
        ImageTooSmallError: it has too few pixels to be told from other pictures.
    """
    width, height = size
    limit = MAX_PIXELS[image_format]
    if max(size) > MAX_SIDE or width * height > limit:
        raise ImageTooLargeError(
            f"The picture has {width} x {height} pixels; {image_format} may have at most "
            f"{limit // 1_000_000} million pixels and {MAX_SIDE} a side. Send a smaller copy."
        )
    if min(size) < MIN_SIDE or max(size) > MAX_ASPECT * min(size):
        raise ImageTooSmallError(
            f"The picture has {width} x {height} pixels; the shorter side needs at least "
            f"{MIN_SIDE} pixels and a {MAX_ASPECT}th of the longer side. Send a larger "
            "copy or, of a strip, a part."
        )


def check_coefficients(coefficient_bytes: int) -> None:
    """Refuse multi-scan JPEGs whose coefficients take too much memory.

    Raises:
        ImageTooLargeError: they take more than ``MAX_COEFFICIENT_BYTES``.
    """
    if coefficient_bytes > MAX_COEFFICIENT_BYTES:
        raise ImageTooLargeError(
            f"The progressive JPEG takes {coefficient_bytes // 1_000_000} MB to decode; at most "
            f"{MAX_COEFFICIENT_BYTES // 1_000_000} MB are given. Save it as a baseline JPEG or "
            "send a smaller copy."
        )
