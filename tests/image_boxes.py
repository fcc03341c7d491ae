"""Builds HEIF files (AVIF and HEIC) box by box: items, properties, parts, places."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lookalike.images.containers.iso_media import read_items

Properties = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Part:
    """An item of a file to build; items are numbered from 1."""

    kind: bytes
    content: bytes
    properties: Properties = ()
    sources: tuple[int, ...] = ()
    belongs_to: int = 0


def box(kind: bytes, contents: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(contents), kind) + contents


def size_property(width: int, height: int) -> tuple[bytes, bytes]:
    return b"ispe", struct.pack(">III", 0, width, height)


def coded_part(data: bytes, frames: int = 1) -> Part:
    """The coded picture of a file that an encoder wrote, its contents so many times."""
    item = next(i for i in read_items(data).values() if i.kind in (b"av01", b"hvc1"))
    properties = tuple((kind, bytes(contents)) for kind, contents in item.properties)
    return Part(item.kind, bytes(item.contents[0]) * frames, properties)


def grid_of(tile: Part, rows: int, columns: int, canvas: tuple[int, int]) -> list[Part]:
    """A picture put together from one tile, listed once per place, and its tiles."""
    tiles = tuple(range(2, 2 + rows * columns))
    spec = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, *canvas)
    return [Part(b"grid", spec, (size_property(*canvas),), tiles), *[tile] * len(tiles)]


def heif_of(parts: Sequence[Part], brand: bytes = b"heic", more: bytes = b"") -> bytes:
    """A file of these items, the first of which is shown. Equal contents share their bytes.

    Args:
        parts: the items.
        brand: of the file.
        more: boxes to add to the description.
    """
    head = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    size = len(head) + len(_meta(parts, {}, more)) + 8
    stored = b"".join(contents := list(dict.fromkeys(part.content for part in parts)))
    starts, at = {}, size
    for content in contents:
        starts[content], at = at, at + len(content)
    return head + _meta(parts, starts, more) + box(b"mdat", stored)


def _meta(parts: Sequence[Part], starts: dict[bytes, int], more: bytes) -> bytes:
    numbered = list(enumerate(parts, 1))
    entries = [box(b"infe", struct.pack(">IHH4sx", 2 << 24, n, 0, p.kind)) for n, p in numbered]
    places = [
        struct.pack(">HHHII", n, 0, 1, starts.get(p.content, 0), len(p.content))
        for n, p in numbered
    ]
    links = [_reference(b"dimg", n, *p.sources) for n, p in numbered if p.sources]
    links += [_reference(b"auxl", n, p.belongs_to) for n, p in numbered if p.belongs_to]
    count = struct.pack(">H", len(parts))
    return box(
        b"meta",
        bytes(4)
        + box(b"hdlr", bytes(8) + b"pict" + bytes(13))
        + box(b"pitm", bytes(4) + struct.pack(">H", 1))
        + box(b"iinf", bytes(4) + count + b"".join(entries))
        + (box(b"iref", bytes(4) + b"".join(links)) if links else b"")
        + _properties(parts)
        + box(b"iloc", bytes(4) + b"\x44\0" + count + b"".join(places))
        + more,
    )


def _reference(kind: bytes, item: int, *others: int) -> bytes:
    return box(kind, struct.pack(f">HH{len(others)}H", item, len(others), *others))


def _properties(parts: Sequence[Part]) -> bytes:
    stored = list(dict.fromkeys(each for part in parts for each in part.properties))
    table = b""
    for number, part in enumerate(parts, 1):
        links = [stored.index(each) + 1 for each in part.properties]
        table += struct.pack(f">HB{len(links)}B", number, len(links), *links)
    store = box(b"ipco", b"".join(box(*each) for each in stored))
    return box(b"iprp", store + box(b"ipma", struct.pack(">II", 0, len(parts)) + table))


def heif_bombs(heic: bytes, avif: bytes) -> Iterator[tuple[str, bytes]]:
    """Files of a few kilobytes in which one small coded picture is decoded very often.

    Args:
        heic: a picture of 512 x 512 pixels to take the coded picture from.
        avif: another one.
    """
    small, other = coded_part(heic), coded_part(avif)
    yield "bomb-frames.heic", heif_of([coded_part(heic, 3_000)])
    yield "bomb-frames.avif", heif_of([coded_part(avif, 3_000)], b"avif")
    yield "bomb-tiles.heic", heif_of(grid_of(small, 30, 30, (4_800, 4_800)))
    yield "bomb-canvas.heic", heif_of(grid_of(small, 1, 2, (60_000, 60_000)))
    yield (
        "bomb-grids.heic",
        heif_of(grid_of(grid_of(small, 1, 2, (1_024, 512))[0], 8, 8, (512, 512))),
    )
    yield "bomb-doubled.heic", heif_of([small], more=box(b"iloc", bytes(16)))
    yield (
        "bomb-transparency.avif",
        heif_of([other, *[replace(other, belongs_to=1)] * 300], b"avif"),
    )
