"""The first directory of a TIFF 6.0 or BigTIFF, which EXIF blocks are, too."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lookalike.errors import ImageCorruptError

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
ORIENTATION = 274

_MAX_ENTRIES = 1_000
_MAX_NUMBERS = 150_000
"""Numbers of one entry; Pillow creates an object for each. 30 million pixels have 120,000 tiles of
16 x 16."""
_BYTES = (1, 2, 6, 7)
_INTEGERS = {1: "B", 3: "H", 4: "I", 16: "Q"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers stand in the file: byte order, and widths of a classic or a big TIFF."""

    data: bytes
    order: str
    big: bool

    def read(self, code: str, offset: int) -> int:
        """The number at an offset."""
        value: int = struct.unpack_from(self.order + code, self.data, offset)[0]
        return value

    def entries(self) -> Iterator[Entry]:
        """Every entry of the first directory."""
        start = self.read("Q" if self.big else "I", 8 if self.big else 4)
        count = self.read("Q" if self.big else "H", start)
        if count > _MAX_ENTRIES:
            raise ImageCorruptError(
                f"The TIFF directory has {count} entries; at most {_MAX_ENTRIES} are read. "
                "Save it again without metadata."
            )
        first, step = (start + 8, 20) if self.big else (start + 2, 12)
        for at in range(first, first + step * count, step):
            numbers = self.read("Q" if self.big else "I", at + 4)
            yield Entry(self, at, self.read("H", at), self.read("H", at + 2), numbers)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a directory: its tag, the kind of its numbers and how many there are."""

    layout: _Layout
    at: int
    tag: int
    kind: int
    count: int

    @property
    def is_integer(self) -> bool:
        """Whether it holds unsigned integers."""
        return self.kind in _INTEGERS

    def value(self) -> int:
        """The first number; the offset of all of them where they do not fit into the entry."""
        return self.layout.read(_INTEGERS[self.kind], self.at + (12 if self.layout.big else 8))

    def numbers(self) -> tuple[int, ...]:
        """All numbers."""
        inline, size = (self.at + 12, 8) if self.layout.big else (self.at + 8, 4)
        code = f"{self.layout.order}{self.count}{_INTEGERS[self.kind]}"
        fits = struct.calcsize(code) <= size
        start = inline if fits else self.layout.read("Q" if self.layout.big else "I", inline)
        return struct.unpack_from(code, self.layout.data, start)

    def check_count(self) -> None:
        """Refuse absurdly many numbers.

        Raises:
            ImageCorruptError: there are more than anything needs.
        """
        if self.kind not in _BYTES and self.count > _MAX_NUMBERS:
            raise ImageCorruptError(
                f"An entry of the TIFF directory has {self.count} numbers; at most {_MAX_NUMBERS} "
                "are read. Save it again in larger strips or tiles."
            )


def directory(data: bytes) -> list[Entry]:
    """Every entry of the first directory.

    Raises:
        ImageCorruptError: this is not a TIFF structure, or it has absurdly many entries.
    """
    if not data.startswith(SIGNATURES):
        raise ImageCorruptError("The TIFF header is broken. Save the picture again.")
    layout = _Layout(data, "<" if data[:2] == b"II" else ">", big=b"+" in data[2:4])
    with refusing_truncated():
        entries = list(layout.entries())
    for entry in entries:
        entry.check_count()
    return entries


@contextmanager
def refusing_truncated() -> Iterator[None]:
    """Turn reads beyond the end into one of our errors.

    Raises:
        ImageCorruptError: the file ends within what is read.
    """
    try:
        yield
    except struct.error as error:
        raise ImageCorruptError("The TIFF directory is truncated. Send the whole file.") from error


def orientation_tag(data: bytes) -> int | None:
    """The value of the orientation tag, if there is one.

    Raises:
        ImageCorruptError: this is not a TIFF structure.
    """
    entries = directory(data)
    with refusing_truncated():
        found = [
            entry.value() for entry in entries if entry.tag == ORIENTATION and entry.is_integer
        ]
    return found[-1] if found else None
