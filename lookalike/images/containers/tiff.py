"""TIFF 6.0 and BigTIFF: the first directory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers.container import Container

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

ORIENTATION = 274
_TILE_WIDTH = 322
_TILE_LENGTH = 323
_BYTE_COUNTS = (279, 325)
"""How many bytes each strip or tile has."""

_MAX_ENTRIES = 1_000
_MAX_NUMBERS = 150_000
"""Numbers of one entry; Pillow creates an object for each. 30 million pixels have 120,000 tiles of
16 x 16."""
_MAX_TILE_PIXELS = 4_194_304
"""A tile is decoded whole, whatever the size of the picture: 2048 x 2048 at most."""

_MAX_OVERLAP = 2
"""Times the file's length that all strips may have together; equal tiles may share bytes."""

_BYTES = (1, 2, 6, 7)
_INTEGERS = {1: "B", 3: "H", 4: "I", 16: "Q"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers stand in the file: byte order, and widths of a classic or a big TIFF."""

    order: str
    big: bool

    def read(self, code: str, data: bytes, offset: int) -> int:
        value: int = struct.unpack_from(self.order + code, data, offset)[0]
        return value

    def entries(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Tag and first value of every entry of the first directory that holds integers."""
        start = self.read("Q" if self.big else "I", data, 8 if self.big else 4)
        count = self.read("Q" if self.big else "H", data, start)
        if count > _MAX_ENTRIES:
            raise ImageCorruptError(
                f"The TIFF directory has {count} entries; at most {_MAX_ENTRIES} are read. "
                "Save it again without metadata."
            )
        first, step, value = (start + 8, 20, 12) if self.big else (start + 2, 12, 8)
        for entry in range(first, first + step * count, step):
            kind = self.read("H", data, entry + 2)
            if kind not in _BYTES:
                _check_numbers(self.read("Q" if self.big else "I", data, entry + 4))
            if kind in _INTEGERS:
                tag = self.read("H", data, entry)
                if tag in _BYTE_COUNTS:
                    self._check_overlap(data, entry, kind)
                yield tag, self.read(_INTEGERS[kind], data, entry + value)

    def _check_overlap(self, data: bytes, entry: int, kind: int) -> None:
        """Refuse overlapping strips: each would be read, and with FillOrder 2 reversed, anew."""
        count = self.read("Q" if self.big else "I", data, entry + 4)
        width = struct.calcsize(_INTEGERS[kind])
        inline, size = (entry + 12, 8) if self.big else (entry + 8, 4)
        start = (
            inline if count * width <= size else self.read("Q" if self.big else "I", data, inline)
        )
        counts = struct.unpack_from(f"{self.order}{count}{_INTEGERS[kind]}", data, start)
        if sum(counts) > _MAX_OVERLAP * len(data):
            raise ImageCorruptError("The strips of the TIFF overlap. Save the picture again.")


def _check_numbers(count: int) -> None:
    if count > _MAX_NUMBERS:
        raise ImageCorruptError(
            f"An entry of the TIFF directory has {count} numbers; at most {_MAX_NUMBERS} are "
            "read. Save it again in larger strips or tiles."
        )


def first_directory(data: bytes) -> dict[int, int]:
    """Tag to first value, for the entries of the first directory that hold integers.

    Values that do not fit into an entry are returned as their offset.

    Raises:
        ImageCorruptError: this is not a TIFF structure, or it has absurdly many entries.
    """
    if not data.startswith(SIGNATURES):
        raise ImageCorruptError("The TIFF header is broken. Save the picture again.")
    layout = _Layout("<" if data[:2] == b"II" else ">", big=b"+" in data[2:4])
    try:
        return dict(layout.entries(data))
    except struct.error as error:
        raise ImageCorruptError("The TIFF directory is truncated. Send the whole file.") from error


def read_tiff(data: bytes) -> Container:
    """Bound the directory and the tiles, which are decoded whole.

    Raises:
        ImageCorruptError: the directory is broken or absurdly long.
        ImageTooLargeError: the tiles are too large.
    """
    tags = first_directory(data)
    width, length = tags.get(_TILE_WIDTH, 0), tags.get(_TILE_LENGTH, 0)
    if width * length > _MAX_TILE_PIXELS:
        raise ImageTooLargeError(
            f"The tiles of the TIFF have {width} x {length} pixels; at most {_MAX_TILE_PIXELS} "
            "pixels are read. Save it in strips or in smaller tiles."
        )
    return Container(data)
