"""PNG (W3C PNG, third edition): chunks."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from lookalike.errors import ImageCorruptError
from lookalike.images.containers.container import Container

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MAX_CHUNKS = 20_000
"""Encoders write 4 to 64 KB of pixels a chunk: 20 MB are 5,000 chunks at most."""

_EMPTY = 12
"""Bytes of a chunk without contents."""
_COLOUR_TYPE = 25
_BY_NUMBER = b"\3"
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    end: int


def read_png(data: bytes) -> Container:
    """Bound the chunks, take the EXIF block and drop all other metadata.

    Without the animation, the default picture is left; without text, there is none to inflate.

    Raises:
        ImageCorruptError: the last chunk or the palette is missing, or there are absurdly many.
    """
    chunks = list(_chunks(data))
    _check_palette(data, chunks)
    exif = next((data[c.start + 8 : c.end - 4] for c in chunks if c.kind == b"eXIf"), b"")
    if all(chunk.kind in _KEPT for chunk in chunks):
        return Container(data, exif)
    kept = [memoryview(data)[c.start : c.end] for c in chunks if c.kind in _KEPT]
    return Container(b"".join([SIGNATURE, *kept]), exif)


def _check_palette(data: bytes, chunks: list[_Chunk]) -> None:
    """Refuse colours by number without the colours, which Pillow decodes and cannot convert."""
    has_numbers = data[_COLOUR_TYPE : _COLOUR_TYPE + 1] == _BY_NUMBER
    if has_numbers and not any(c.kind == b"PLTE" and c.end - c.start > _EMPTY for c in chunks):
        raise ImageCorruptError(
            "The PNG has no palette, to which its pixels refer. Send the complete file."
        )


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """The chunks up to and with the last one."""
    start = len(SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        if start + 12 > len(data):
            break
        length, kind = struct.unpack_from(">I4s", data, start)
        end = start + 12 + length
        if end > len(data):
            break
        yield _Chunk(kind, start, end)
        if kind == b"IEND":
            return
        start = end
    else:
        raise ImageCorruptError(
            f"The PNG is cut into more than {_MAX_CHUNKS} chunks. Save it again."
        )
    raise ImageCorruptError("The PNG is truncated. Send the complete file.")
