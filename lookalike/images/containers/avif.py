"""AVIF (AV1 in ISO BMFF): bounds the coded pictures, whatever size the boxes declare.

A box declares the final size, and Pillow relies on it. The AV1 data tell the size in which the
picture is decoded before it is scaled to that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers import av1
from lookalike.images.containers.container import Container

BRANDS = (b"avif", b"avis", b"mif1", b"msf1")

_MAX_CODED_PIXELS = 18_000_000
"""Pixels of one coded picture."""
_MAX_ALL_PIXELS = 3 * _MAX_CODED_PIXELS
"""Pixels of all coded pictures in a file: colour, transparency, tiles and thumbnails."""
_MAX_BOXES = 5_000
_MAX_EXTENTS = 32
"""Extents of one item. libheif has the same limit; encoders write one, or one per layer."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


def read_avif(data: bytes) -> Container:
    """Bound the pixels that are decoded, and keep only the still picture of a sequence.

    Raises:
        ImageCorruptError: the boxes are broken.
        ImageTooLargeError: the coded pictures have too many pixels.
    """
    try:
        still = _still(data)
        pixels = av1.pixels_of_all(_coded_pictures(still))
    except (struct.error, IndexError) as error:
        raise ImageCorruptError(
            "The boxes of the AVIF are broken or too many. Send the complete file."
        ) from error
    if max(pixels, default=0) > _MAX_CODED_PIXELS or sum(pixels) > _MAX_ALL_PIXELS:
        raise ImageTooLargeError(
            f"The pictures coded in the AVIF have {sum(pixels)} pixels; at most "
            f"{_MAX_CODED_PIXELS} each and {_MAX_ALL_PIXELS} together are decoded. Send a "
            "smaller copy."
        )
    return Container(still)


def _still(data: bytes) -> bytes:
    """Change the brand so that libavif reads the still picture and not the tracks."""
    size: int = struct.unpack_from(">I", data)[0]
    brands = data[16:size]
    if data[8:12] != b"avif" and (b"avif" in brands or b"avis" in brands):
        return data[:8] + b"avif" + data[12:]
    return data


def _coded_pictures(data: bytes) -> Iterator[memoryview]:
    """The AV1 data of every item."""
    metas = [box for box in _boxes(data, 0, len(data)) if box.kind == b"meta"]
    if len(metas) > 1:  # 8.11.1: at most one
        raise IndexError(len(metas))
    for meta in metas:
        parts = {box.kind: box for box in _boxes(data, meta.start + 4, meta.end)}
        if b"iinf" in parts and b"iloc" in parts:
            yield from _items(data, parts)


def _items(data: bytes, parts: dict[bytes, _Box]) -> Iterator[memoryview]:
    """Yield the AV1 items; join several extents, with at most as many bytes as the file has.

    Extents may overlap, and libavif joins those of any item, EXIF too. A single extent is never
    copied, so that items may share it, as equal tiles do.
    """
    coded = set(_av1_items(data, parts[b"iinf"]))
    origins = {0: 0, 1: parts[b"idat"].start if b"idat" in parts else 0}
    left = len(data)
    for item, method, extents in _locations(data, parts[b"iloc"]):
        origin = origins.get(method, 0)
        pieces = [_extent(data, origin + at, size) for at, size in extents]
        left -= sum(map(len, pieces)) if len(pieces) > 1 else 0
        if left < 0:
            raise IndexError(item)
        if item in coded:
            yield pieces[0] if len(pieces) == 1 else memoryview(b"".join(pieces))


def _extent(data: bytes, start: int, size: int) -> memoryview:
    """The bytes of an extent, not copied; one without a length goes to the end of the file."""
    return memoryview(data)[start : start + size if size else None]


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """The boxes that stand one after the other between two offsets (ISO 14496-12, 4.2)."""
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, start + 8)[0], 16
        stop = end if size == 0 else min(end, start + size)
        if stop < start + header:
            return
        yield _Box(kind, start + header, stop)
        start = stop
    raise IndexError(start)


def _av1_items(data: bytes, iinf: _Box) -> Iterator[int]:
    """Ids of the items that hold AV1 (8.11.6)."""
    first = iinf.start + (6 if data[iinf.start] == 0 else 8)
    for box in _boxes(data, first, iinf.end):
        wide = data[box.start] > 2  # noqa: PLR2004 - version 3 has 32-bit ids
        item, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, box.start + 4)
        if kind == b"av01":
            yield item


def _locations(data: bytes, iloc: _Box) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Id, construction method and extents (offset, length) of every item (8.11.3)."""
    version = data[iloc.start]
    reader = _Reader(data, iloc.start + 4)
    sizes = reader.number(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    index = index if version in (1, 2) else 0
    id_size = 4 if version == 2 else 2  # noqa: PLR2004 - version 2 has 32-bit ids
    for _ in range(reader.few(id_size)):
        item = reader.number(id_size)
        method = reader.number(2) & 15 if version in (1, 2) else 0
        reader.number(2)
        origin = reader.number(base)
        extents = range(reader.few(2, _MAX_EXTENTS))
        yield item, method, [reader.extent(index, origin, offset, length) for _ in extents]


@dataclass(slots=True)
class _Reader:
    """Reads big-endian numbers one after the other."""

    data: bytes
    position: int

    def number(self, size: int) -> int:
        """The next number of ``size`` bytes; 0 where it has none."""
        if self.position + size > len(self.data):
            raise IndexError(self.position)
        value = int.from_bytes(self.data[self.position : self.position + size], "big")
        self.position += size
        return value

    def few(self, size: int, most: int = _MAX_BOXES) -> int:
        """The next number, if it is a plausible count."""
        value = self.number(size)
        if value > most:
            raise IndexError(value)
        return value

    def extent(self, index: int, origin: int, offset: int, length: int) -> tuple[int, int]:
        """Offset from the start and length, from fields of these sizes behind an unused one."""
        self.number(index)
        return origin + self.number(offset), self.number(length)
