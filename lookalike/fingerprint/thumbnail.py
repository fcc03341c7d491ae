"""Small pictures of stored pictures, from their signatures: the files themselves are not needed."""

from __future__ import annotations

import io

from PIL import Image

from lookalike.fingerprint.signature import decode
from lookalike.pictures import Fingerprint

_LANCZOS = Image.Resampling.LANCZOS


def small_frame(fingerprint: Fingerprint, side: int) -> Image.Image:
    """The trimmed frame in its shape, RGB.

    Args:
        fingerprint: of the picture.
        side: pixels of the long side.

    Raises:
        SignatureError: the stored signature cannot be read.
    """
    left, top, right, bottom = fingerprint.trim_box
    width, height = fingerprint.width * (right - left), fingerprint.height * (bottom - top)
    return decode(fingerprint.signature).thumbnail.resize(_size(width, height, side), _LANCZOS)


def small_picture(fingerprint: Fingerprint, side: int) -> Image.Image:
    """The whole picture in its shape: RGB, or RGBA where a border was cut.

    The border is not stored, and so is transparent; a place in the picture (such as a corner of a
    shared area) is at the same fractions here.

    Args:
        fingerprint: of the picture.
        side: pixels of the long side.

    Raises:
        SignatureError: the stored signature cannot be read.
    """
    frame = decode(fingerprint.signature).thumbnail
    width, height = _size(fingerprint.width, fingerprint.height, side)
    if fingerprint.trimmed_area == 1:
        return frame.resize((width, height), _LANCZOS)
    x, y, right, bottom = fingerprint.trim_box
    left, top = round(x * width), round(y * height)
    inside = max(1, round(right * width) - left), max(1, round(bottom * height) - top)
    picture = Image.new("RGBA", (width, height))
    picture.paste(frame.resize(inside, _LANCZOS), (left, top))
    return picture


def as_webp(picture: Image.Image, *, quality: int, method: int) -> bytes:
    """The file of a small picture.

    Args:
        picture: RGB or RGBA.
        quality: 0 to 100.
        method: how hard the encoder tries, 0 (three times as fast) to 6 (smaller).
    """
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=method)
    return buffer.getvalue()


def _size(width: float, height: float, side: int) -> tuple[int, int]:
    """Whole pixels in that shape, with a long side of ``side``."""
    scale = side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))
