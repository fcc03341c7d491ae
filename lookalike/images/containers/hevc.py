"""HEVC bitstream (ITU-T H.265, section 7.3): pictures and their size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from lookalike.images.containers.bits import Bits
from lookalike.images.containers.coded import Coded, Units

_SEQUENCE_PARAMETERS = 33
_SLICES = range(32)
_SLICES_OF_A_PICTURE = 8
"""More slices than that count as one picture more, since some may repeat others."""
_SAMPLES = (1, 1.5, 2, 3)
"""Samples of a pixel by chroma format: grey, 4:2:0, 4:2:2 and 4:4:4."""
_SEPARATE_PLANES = 3
_USUAL_BYTES = 3
"""Bytes of a pixel that a limit of pixels reckons with: 4:4:4 with 8 bits, 4:2:0 with more."""


def read_hevc(configurations: Iterable[memoryview], coded: memoryview, units: Units) -> Coded:
    """The largest size that sequence parameters announce, and the number of pictures.

    Args:
        configurations: the ``hvcC`` boxes of the picture.
        coded: its NAL units, each behind its length.
        units: counts the NAL units.

    Raises:
        IndexError: the data end within a header, or have absurdly many units.
    """
    pixels = slices = pictures = 0
    parts = [unit for each in configurations for unit in _configured(each, units)]
    for unit in [*parts, *_units(coded, 0, units)]:
        kind, layer = unit[0] >> 1 & 63, (unit[0] & 1) << 5 | unit[1] >> 3
        if layer == 0 and kind == _SEQUENCE_PARAMETERS:
            pixels = max(pixels, _pixels_of(_unescaped(unit[2:258])))
        elif layer == 0 and kind in _SLICES:
            slices += 1
            pictures += unit[2] >> 7  # first_slice_segment_in_pic_flag
    return Coded(pixels, max(pictures, -(-slices // _SLICES_OF_A_PICTURE)))


def _configured(coded: memoryview, units: Units) -> Iterator[memoryview]:
    """The units of an ``hvcC`` box (ISO 14496-15, 8.3.3.1.2)."""
    position = 23
    for _ in range(coded[22]):
        count, position = int.from_bytes(coded[position + 1 : position + 3], "big"), position + 3
        for _ in range(count):
            size = int.from_bytes(coded[position : position + 2], "big")
            position += 2
            units.take()
            if size > 2:  # noqa: PLR2004 - the header
                yield coded[position : position + size]
            position += size


def _units(coded: memoryview, position: int, units: Units) -> Iterator[memoryview]:
    while position + 4 < len(coded):
        size = int.from_bytes(coded[position : position + 4], "big")
        position += 4
        units.take()
        if size > 2:  # noqa: PLR2004 - the header
            yield coded[position : position + size]
        position += size


def _unescaped(unit: memoryview) -> bytes:
    return bytes(unit).replace(b"\0\0\3", b"\0\0")


@lru_cache(maxsize=256)
def _pixels_of(parameters: bytes) -> int:
    """Width times height; more where a pixel has more bytes than is usual (7.3.2.2.1).

    Remembered, because the tiles of a picture have the same parameters.
    """
    bits = Bits(parameters)
    bits.skip(4)
    layers = bits.read(3)
    bits.skip(1 + 96)
    _skip_layers(bits, layers)
    bits.exp_golomb()
    chroma = bits.exp_golomb()
    bits.skip(chroma == _SEPARATE_PLANES)
    pixels = bits.exp_golomb() * bits.exp_golomb()
    for _ in range(4 * bits.read(1)):  # the margins of the conformance window
        bits.exp_golomb()
    is_deep = bool(bits.exp_golomb() or bits.exp_golomb())
    return int(pixels * max(1, _SAMPLES[chroma] * (1 + is_deep) / _USUAL_BYTES))


def _skip_layers(bits: Bits, layers: int) -> None:
    """Passes over profile and level of each layer below the highest one (7.3.3)."""
    present = [(bits.read(1), bits.read(1)) for _ in range(layers)]
    bits.skip(2 * (8 - layers) if layers else 0)
    for has_profile, has_level in present:
        bits.skip(88 * has_profile + 8 * has_level)
