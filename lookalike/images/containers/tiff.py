"""TIFF 6.0 and BigTIFF: strips and tiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers.container import Container
from lookalike.images.containers.tiff_directory import Entry, directory, refusing_truncated
from lookalike.images.limits import check_size

_WIDTH, _LENGTH = 256, 257
_BITS = 258
_SAMPLES = 277
_ROWS_PER_STRIP = 278
_TILE_WIDTH, _TILE_LENGTH = 322, 323
_BYTE_COUNTS = (279, 325)
"""How many bytes each strip or tile has."""
_LAYOUT = frozenset({_WIDTH, _LENGTH, _BITS, 273, _SAMPLES, _ROWS_PER_STRIP, 279, *range(322, 326)})
"""What says how large the picture is and where. It has unsigned integers; decoders take others."""

_MAX_TILE_PIXELS = 4_194_304
"""A tile is decoded whole, whatever the size of the picture: 2048 x 2048 at most."""
_MAX_DECODED_BYTES = 280_000_000
"""Bytes of a strip, which is decoded whole, and of the picture, of which Pillow holds four a pixel:
23 million pixels in one strip of RGBA with 16 bits."""
_MAX_OVERLAP = 2
"""Times the file's length that all strips may have together; equal tiles may share bytes."""


def read_tiff(data: bytes) -> Container:
    """Bound the directory, and the tiles and strips, which are decoded whole.

    Raises:
        ImageCorruptError: the directory is broken, ambiguous or absurdly long.
        ImageTooLargeError: the tiles are too large, or the picture takes too much memory.
    """
    entries = directory(data)
    _check_unambiguous(entries)
    with refusing_truncated():
        tags = {entry.tag: entry for entry in entries}
        _check_overlap([tags[tag] for tag in _BYTE_COUNTS if tag in tags], len(data))
        layout = {tag: max(tags[tag].numbers(), default=0) for tag in _LAYOUT & tags.keys()}
    _check_tiles(layout)
    _check_strips(layout)
    return Container(data)


def _check_unambiguous(entries: Sequence[Entry]) -> None:
    """Of tags that come twice, libtiff takes the first and others take the last."""
    counts = Counter(entry.tag for entry in entries)
    odd = [entry for entry in entries if entry.tag in _LAYOUT and not entry.is_integer]
    for entry in [*(entry for entry in entries if counts[entry.tag] > 1), *odd]:
        raise ImageCorruptError(
            f"The TIFF has tag {entry.tag} twice, or in a form that may be read in two ways. Save "
            "the picture again."
        )


def _check_overlap(byte_counts: Sequence[Entry], size: int) -> None:
    """Refuse overlapping strips: each would be read, and with FillOrder 2 reversed, anew."""
    if any(sum(entry.numbers()) > _MAX_OVERLAP * size for entry in byte_counts):
        raise ImageCorruptError("The strips of the TIFF overlap. Save the picture again.")


def _check_tiles(layout: dict[int, int]) -> None:
    width, length = layout.get(_TILE_WIDTH, 0), layout.get(_TILE_LENGTH, 0)
    if width * length > _MAX_TILE_PIXELS:
        raise ImageTooLargeError(
            f"The tiles of the TIFF have {width} x {length} pixels; at most {_MAX_TILE_PIXELS} "
            "pixels are read. Save it in strips or in smaller tiles."
        )


def _check_strips(layout: dict[int, int]) -> None:
    width, length = layout.get(_WIDTH, 0), layout.get(_LENGTH, 0)
    if width and length:
        check_size("TIFF", (width, length))
    rows = 0 if _TILE_WIDTH in layout else min(length, layout.get(_ROWS_PER_STRIP, length))
    bits = width * rows * layout.get(_SAMPLES, 1) * layout.get(_BITS, 1)
    decoded = bits // 8 + 4 * width * length
    if decoded > _MAX_DECODED_BYTES:
        raise ImageTooLargeError(
            f"The TIFF of {width} x {length} pixels takes {decoded // 1_000_000} MB to decode; at "
            f"most {_MAX_DECODED_BYTES // 1_000_000} MB are given. Save it with 8 bits a channel, "
            "in strips of a few rows, or send a smaller copy."
        )
