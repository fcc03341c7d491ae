"""ISO base media files (ISO 14496-12): boxes, and the items of a HEIF file."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

_MAX_BOXES = 5_000
_MAX_EXTENTS = 32
"""Extents of one item. libheif has the same limit; encoders write one, or one per layer."""
_MAX_LINKS = 20_000
"""Properties of all items together, and parts of all derived pictures."""
_ONCE = frozenset({b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"pitm"})


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


@dataclass(slots=True)
class Item:
    """An item of a file: a coded picture, a picture made of others, or metadata.

    Attributes:
        kind: such as ``av01``, ``hvc1`` or ``grid``.
        contents: its bytes, once for every place where the file says they are.
        properties: kind and contents of its property boxes.
        sources: ids of the items that it is made of; an id may come several times.
        auxiliaries: ids of the items that belong to it, such as its transparency.
    """

    kind: bytes = b""
    contents: list[memoryview] = field(default_factory=list)
    properties: list[tuple[bytes, memoryview]] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    auxiliaries: list[int] = field(default_factory=list)


def read_items(data: bytes) -> dict[int, Item]:
    """The items of a file by their ids.

    Raises:
        struct.error, IndexError: boxes are broken, come twice, or are absurdly many.
    """
    items: dict[int, Item] = defaultdict(Item)
    metas = [box for box in _boxes(data, 0, len(data)) if box.kind == b"meta"]
    if len(metas) > 1:  # 8.11.1: at most one
        raise IndexError(len(metas))
    for meta in metas:
        parts = _parts(data, meta.start + 4, meta.end)
        if b"iinf" in parts and b"iloc" in parts:
            _add_kinds(items, data, parts[b"iinf"])
            _add_contents(items, data, parts)
            _add_properties(items, data, parts)
            _add_references(items, data, parts)
    return items


def _parts(data: bytes, start: int, end: int) -> dict[bytes, _Box]:
    """The boxes by kind; of those that are read here, decoders take the first, so one at most."""
    boxes = list(_boxes(data, start, end))
    counts = Counter(box.kind for box in boxes)
    if any(counts[kind] > 1 for kind in _ONCE):
        raise IndexError(start)
    return {box.kind: box for box in boxes}


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """The boxes that stand one after the other between two offsets (4.2)."""
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


def _add_kinds(items: dict[int, Item], data: bytes, iinf: _Box) -> None:
    """What each item is (8.11.6)."""
    first = iinf.start + (6 if data[iinf.start] == 0 else 8)
    for box in _boxes(data, first, iinf.end):
        wide = data[box.start] > 2  # noqa: PLR2004 - version 3 has 32-bit ids
        item, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, box.start + 4)
        if items[item].kind:
            raise IndexError(item)
        items[item].kind = kind


def _add_contents(items: dict[int, Item], data: bytes, parts: dict[bytes, _Box]) -> None:
    """Where each item is; join several extents, with at most as many bytes as the file has.

    Extents may overlap, and libavif joins those of any item, EXIF too. A single extent is never
    copied, so that items may share it, as equal tiles do.
    """
    origins = {0: 0, 1: parts[b"idat"].start if b"idat" in parts else 0}
    left = len(data)
    for item, method, extents in _locations(data, parts[b"iloc"]):
        pieces = [_extent(data, origins.get(method, 0) + at, size) for at, size in extents]
        left -= sum(map(len, pieces)) if len(pieces) > 1 else 0
        if left < 0 or (method not in origins and items[item].kind):
            raise IndexError(item)
        joined = pieces[0] if len(pieces) == 1 else memoryview(b"".join(pieces))
        items[item].contents.append(joined)


def _extent(data: bytes, start: int, size: int) -> memoryview:
    """The bytes of an extent, not copied; one without a length goes to the end of the file."""
    return memoryview(data)[start : start + size if size else None]


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


def _add_properties(items: dict[int, Item], data: bytes, parts: dict[bytes, _Box]) -> None:
    """Which properties belong to which item (ISO 23008-12, 9.3)."""
    if b"iprp" not in parts:
        return
    boxes = list(_boxes(data, parts[b"iprp"].start, parts[b"iprp"].end))
    stores = [box for box in boxes if box.kind == b"ipco"]
    if len(stores) > 1:
        raise IndexError(len(stores))
    stored = [each for store in stores for each in _boxes(data, store.start, store.end)]
    tables = [_associations(data, box) for box in boxes if box.kind == b"ipma"]
    for link, (item, number) in enumerate(chain.from_iterable(tables)):
        if link >= _MAX_LINKS:
            raise IndexError(link)
        if 0 < number <= len(stored):
            found = stored[number - 1]
            items[item].properties.append((found.kind, memoryview(data)[found.start : found.end]))


def _associations(data: bytes, ipma: _Box) -> Iterator[tuple[int, int]]:
    """Item and number of each of its properties."""
    version, flags = data[ipma.start], data[ipma.start + 3]
    reader = _Reader(data, ipma.start + 4)
    size, essential = (2, 0x7FFF) if flags & 1 else (1, 0x7F)
    for _ in range(reader.few(4)):
        item = reader.number(4 if version else 2)
        for _ in range(reader.number(1)):
            yield item, reader.number(size) & essential


def _add_references(items: dict[int, Item], data: bytes, parts: dict[bytes, _Box]) -> None:
    """What pictures are made of, and what belongs to them (8.11.12)."""
    if b"iref" not in parts:
        return
    iref = parts[b"iref"]
    size, left = 4 if data[iref.start] else 2, _MAX_LINKS
    for box in _boxes(data, iref.start + 4, iref.end):
        reader = _Reader(data, box.start)
        item, count = reader.number(size), reader.few(2)
        left -= count
        if left < 0:
            raise IndexError(item)
        others = [reader.number(size) for _ in range(count)]
        if box.kind == b"dimg":
            items[item].sources += others
        for other in others if box.kind == b"auxl" else ():
            items[other].auxiliaries.append(item)


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
