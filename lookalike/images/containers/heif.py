"""HEIF (ISO 23008-12), that is AVIF and HEIC: bounds what is decoded, whatever the boxes declare.

A box declares the final size, and Pillow relies on it. The AV1 and HEVC data tell in which size,
and how often, something is decoded before it is scaled, joined or thrown away.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers.av1 import read_av1
from lookalike.images.containers.coded import Units
from lookalike.images.containers.container import Container
from lookalike.images.containers.hevc import read_hevc
from lookalike.images.containers.iso_media import Item, read_items
from lookalike.images.limits import MAX_BYTES

_AVIF = (b"avif", b"avis")
_GENERAL = (b"mif1", b"msf1")
BRANDS = (*_AVIF, *_GENERAL, b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")

_MAX_PIXELS = {b"av01": 18_000_000, b"hvc1": 25_000_000}
"""Pixels of one coded picture, all its frames together. HEVC is coded in whole blocks and cropped,
so it has a little more than the picture may have."""
_MAX_TILED_PIXELS = 40_000_000
"""Pixels of all parts of a picture; the last column and row may reach beyond it."""
_MAX_TIMES = 3
"""Times the pixels of a coded picture in a file: colour, transparency, thumbnails and maps."""
_DERIVED = frozenset({b"grid", b"iovl", b"iden"})
_CANVAS_AT = {b"grid": 4, b"iovl": 10}
"""Where the width of a canvas stands."""


def read_heif(data: bytes) -> Container:
    """Bound the pixels that are decoded, and keep only the still picture of a sequence.

    Raises:
        ImageCorruptError: the boxes are broken.
        ImageTooLargeError: the coded pictures have too many pixels, frames or bytes.
    """
    try:
        still = _still(data)
        items = read_items(still)
        _check_items(items)
    except (struct.error, IndexError) as error:
        raise ImageCorruptError(
            "The boxes of the picture are broken, doubled or too many. Send the complete file."
        ) from error
    return Container(still)


def _still(data: bytes) -> bytes:
    """Change the brand so that libavif reads the still picture and not the tracks."""
    size: int = struct.unpack_from(">I", data)[0]
    brands = data[16:size]
    if data[8:12] in (b"avis", *_GENERAL) and any(brand in brands for brand in _AVIF):
        return data[:8] + b"avif" + data[12:]
    return data


def _check_items(items: Mapping[int, Item]) -> None:
    """Bound each coded picture, each canvas with its parts, and all that the file may cost."""
    pixels = coded_pixels(items)
    derived = [item for item in items.values() if item.kind in _DERIVED]
    uses = _uses(items, derived)
    for number, count in pixels.items():
        _check(count, _MAX_PIXELS[items[number].kind])
    limit = min((_MAX_PIXELS[items[number].kind] for number in pixels), default=0)
    for canvas, parts in _canvases(items, derived, pixels):
        _check(canvas, limit)
        _check(parts, _MAX_TILED_PIXELS)
    together = sum(count * max(1, uses[number]) for number, count in pixels.items())
    _check(together, _MAX_TIMES * limit)
    _check_bytes(items, uses)


def _uses(items: Mapping[int, Item], derived: Iterable[Item]) -> Counter[int]:
    """How often items are parts of these pictures, or belong to their parts, as transparency does.

    Raises:
        IndexError: a part is made of parts itself, which would multiply.
    """
    parts = Counter(source for item in derived for source in item.sources if source in items)
    uses = parts.copy()
    for part, times in parts.items():
        uses.update(dict.fromkeys(items[part].auxiliaries, times))
    if any(items[number].kind in _DERIVED for number in uses if number in items):
        raise IndexError(len(uses))
    return uses


def _canvases(
    items: Mapping[int, Item], derived: Iterable[Item], pixels: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Pixels of each canvas, and of all parts that are put on it."""
    costs = {
        number: sum(pixels.get(each, 0) for each in [number, *item.auxiliaries])
        for number, item in items.items()
    }
    for item in derived:
        canvas = max((_canvas_pixels(item.kind, each) for each in item.contents), default=0)
        yield canvas, sum(costs.get(source, 0) for source in item.sources)


def coded_pixels(items: Mapping[int, Item]) -> dict[int, int]:
    """Pixels of every coded picture, all its frames together, by the id of the item.

    Raises:
        IndexError: the coded data are broken, or have absurdly many units.
    """
    units = Units()
    found: dict[int, int] = {}
    for number, item in items.items():
        for content in item.contents if item.kind in _MAX_PIXELS else ():
            configurations = [box for kind, box in item.properties if kind == b"hvcC"]
            if item.kind == b"av01":
                coded = read_av1(content, units)
            else:
                coded = read_hevc(configurations, content, units)
            found[number] = found.get(number, 0) + coded.pixels * coded.frames
    return found


def _canvas_pixels(kind: bytes, content: memoryview) -> int:
    """Pixels that parts are put on; their size stands at a place by kind (6.6.2.2, 6.6.2.3)."""
    if kind not in _CANVAS_AT:
        return 0
    start = _CANVAS_AT[kind]
    width: int
    height: int
    width, height = struct.unpack_from(">II" if content[1] & 1 else ">HH", content, start)
    return width * height


def _check(pixels: int, most: int) -> None:
    if pixels > most:
        raise ImageTooLargeError(
            f"To show the picture, {pixels} pixels of frames, tiles and parts would be decoded; at "
            f"most {most} of this kind are. Send a smaller copy, or save it again as one picture."
        )


def _check_bytes(items: Mapping[int, Item], uses: Mapping[int, int]) -> None:
    """Bound what is decoded where parts share their bytes."""
    coded = ((n, item) for n, item in items.items() if item.kind in _MAX_PIXELS)
    size = sum(max(1, uses[n]) * len(content) for n, item in coded for content in item.contents)
    if size > MAX_BYTES:
        raise ImageTooLargeError(
            f"The parts of the picture share their bytes, and {size / 2**20:.0f} MB would be "
            f"decoded; at most {MAX_BYTES >> 20} MB are. Save it again as one picture."
        )
