"""GIF89a: the blocks before the first frame."""

from __future__ import annotations

from lookalike.errors import ImageCorruptError
from lookalike.images.containers.container import Container

SIGNATURE = b"GIF8"

_MAX_BLOCKS = 50_000
"""Comments and application data come in blocks of at most 255 bytes: this is up to 12 MB."""

_EXTENSION = 0x21
_IMAGE = 0x2C
_TRAILER = 0x3B


def read_gif(data: bytes) -> Container:
    """Bound the blocks that Pillow steps through before it reaches the first frame.

    Raises:
        ImageCorruptError: there are absurdly many blocks.
    """
    position, left = _after_global_palette(data), _MAX_BLOCKS
    while position < len(data) and data[position] not in (_IMAGE, _TRAILER):
        if data[position] == _EXTENSION:
            position, left = _after_extension(data, position + 2, left)
        else:
            position, left = position + 1, _one_less(left)  # junk, which Pillow reads bytewise
    return Container(data)


def _after_global_palette(data: bytes) -> int:
    flags = data[10] if len(data) > 10 else 0  # noqa: PLR2004 - the packed field of the header
    return 13 + (6 << (flags & 7) if flags & 0x80 else 0)


def _after_extension(data: bytes, position: int, left: int) -> tuple[int, int]:
    """Return where the extension with blocks at ``position`` ends, and the blocks that are left."""
    while position < len(data):
        left = _one_less(left)
        size = data[position]
        position += 1 + size
        if size == 0:
            break
    return position, left


def _one_less(left: int) -> int:
    if left == 0:
        raise ImageCorruptError(
            f"The GIF has more than {_MAX_BLOCKS} blocks before its first frame. Save it again "
            "without metadata."
        )
    return left - 1
