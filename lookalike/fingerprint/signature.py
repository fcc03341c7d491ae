"""The signature: what verification needs of a stored picture, in at most 16 KB.

Of the trimmed frame it holds *cells*, one 64-bit code for each of 28 x 28 places, taken from the
network's map of stride 8; which of them lie on *texture*; and a colour *thumbnail* of 288 x 288
pixels, aspect not kept, as JPEG, which is written several times as fast as WebP. In as many bytes,
more pixels of less quality show as much of what is coarse, and more of letters.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from lookalike.errors import PermanentError
from lookalike.images.levels import stretched

GRID = 28
"""Cells along each side."""
CELL_BITS = 64
THUMBNAIL_PIXELS = 288
MAX_BYTES = 16_000
MIN_CONTRAST = 3.0
"""Grey levels of contrast (standard deviation) below which a cell has no texture."""

_CODES_BYTES = GRID * GRID * CELL_BITS // 8
_TEXTURE_BYTES = GRID * GRID // 8
_HEAD_BYTES = _CODES_BYTES + _TEXTURE_BYTES
_QUALITIES = (82, 70, 60, 50, 40, 30, 20, 10, 5)
_COARSE = 3
"""Factor by which a picture that fits at no quality is reduced, and enlarged again."""
_CELL_PIXELS = 7


class SignatureError(PermanentError):
    """A stored signature cannot be read."""

    code = "signature_broken"
    title = "Signature broken"


@dataclass(frozen=True, eq=False)
class Signature:
    """A stored signature.

    Attributes:
        codes: of the cells row by row, -1 or 1, shape (784, 64).
        textured: the cells that show texture, shape (784,).
        encoded_thumbnail: JPEG. It is decoded late: cells rule out most candidates before.
    """

    codes: NDArray[np.float32]
    textured: NDArray[np.bool_]
    encoded_thumbnail: bytes

    @cached_property
    def thumbnail(self) -> Image.Image:
        """RGB, 288 x 288.

        Raises:
            SignatureError: it is no thumbnail of this version.
        """
        try:
            with Image.open(io.BytesIO(self.encoded_thumbnail), formats=["JPEG"]) as stored:
                if stored.size == (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS):
                    return stored.convert("RGB")
        except (OSError, Image.DecompressionBombError):
            pass
        size = len(self.encoded_thumbnail)
        raise SignatureError(f"The signature's thumbnail of {size} bytes cannot be read.")


def encode(cells: NDArray[np.float32], frame: Image.Image) -> bytes:
    """Encode the signature of a trimmed frame with these cells, shape (784, 64)."""
    side = (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS)
    thumbnail = frame.resize(side, Image.Resampling.LANCZOS, reducing_gap=2)
    texture = textured_cells(stretched(thumbnail))
    head = np.packbits(cells > 0).tobytes() + np.packbits(texture).tobytes()
    return head + _jpeg(thumbnail, MAX_BYTES - len(head))


def decode(signature: bytes) -> Signature:
    """Decode a stored signature.

    Raises:
        SignatureError: it is too short for a signature of this version.
    """
    if len(signature) <= _HEAD_BYTES:
        raise SignatureError(f"The signature of {len(signature)} bytes cannot be read.")
    codes = np.frombuffer(signature[:_CODES_BYTES], np.uint8)
    texture = np.frombuffer(signature[_CODES_BYTES:_HEAD_BYTES], np.uint8)
    bits = np.unpackbits(codes).reshape(GRID * GRID, CELL_BITS)
    return Signature(
        bits.astype(np.float32) * 2 - 1,
        np.unpackbits(texture).astype(np.bool_),
        signature[_HEAD_BYTES:],
    )


def _jpeg(thumbnail: Image.Image, limit: int) -> bytes:
    """The best JPEG within a limit of bytes: of noise in every pixel, without its finest detail."""
    for quality in _QUALITIES:
        content = _saved(thumbnail, quality)
        if len(content) <= limit:
            return content
    return _saved(thumbnail.reduce(_COARSE).resize(thumbnail.size), _QUALITIES[-1])


def _saved(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def textured_cells(frame: Image.Image, side: int = GRID) -> NDArray[np.bool_]:
    """The cells, of ``side`` x ``side``, that show texture, row by row.

    Args:
        frame: RGB, its levels stretched as those of the network's input are.
        side: cells along each side.
    """
    pixels = side * _CELL_PIXELS
    grey = frame.convert("L").resize((pixels, pixels), Image.Resampling.BOX, reducing_gap=2)
    levels = np.asarray(grey.filter(ImageFilter.BoxBlur(1)), np.int32)
    count = _CELL_PIXELS**2
    # The variance times the squared count is an integer.
    variances = count * _cell_sums(levels**2) - _cell_sums(levels) ** 2
    return variances.ravel() > (count * MIN_CONTRAST) ** 2


def _cell_sums(levels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Sums of the pixels of each cell, shape (side, side)."""
    side = len(levels) // _CELL_PIXELS
    rows = levels.reshape(side, _CELL_PIXELS, -1).sum(axis=1, dtype=np.int32)
    sums: NDArray[np.int32] = rows.reshape(side, side, -1).sum(axis=2, dtype=np.int32)
    return sums
