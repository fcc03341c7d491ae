"""The orientation that a camera stored in the EXIF block."""

from __future__ import annotations

from PIL import Image

from lookalike.errors import ImageError
from lookalike.images.containers.tiff_directory import orientation_tag

_UPRIGHT = 1
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The turn that makes a picture upright, by the value of EXIF tag 274 (EXIF 2.32)."""

_SWAPS_SIDES = 5


def orientation_of(exif: bytes) -> int:
    """Read the orientation, 1 to 8; it is 1 if the block is missing, broken or has another value.

    Only this tag is read, and without Pillow, so that a hostile block costs nothing.
    """
    try:
        value = orientation_tag(exif.removeprefix(b"Exif\0\0"))
    except ImageError:
        return _UPRIGHT
    return value if value in _TURNS else _UPRIGHT


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it is meant to be seen."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height after the turn."""
    return (size[1], size[0]) if orientation >= _SWAPS_SIDES else size
