"""AV1 bitstream (AOMedia AV1 specification 1.0.0, sections 5.3 to 5.5): frames and their size."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.images.containers.bits import Bits
from lookalike.images.containers.coded import Coded, Units

_SEQUENCE_HEADER = 1
_FRAME_HEADERS = frozenset({3, 6, 7})
"""A frame header alone, with its tiles, and one that stands in for a lost one."""


def read_av1(coded: memoryview, units: Units) -> Coded:
    """The largest size that sequence headers announce, and the number of frames.

    Raises:
        IndexError: the data end within a header, or have absurdly many units.
    """
    pixels = frames = 0
    for kind, unit in _units(coded, units):
        if kind == _SEQUENCE_HEADER:
            pixels = max(pixels, _pixels_of(bytes(unit[:256])))
        frames += kind in _FRAME_HEADERS
    return Coded(pixels, frames)


def _units(coded: memoryview, units: Units) -> Iterator[tuple[int, memoryview]]:
    """Kind and contents of every unit."""
    position = 0
    while position < len(coded):
        units.take()
        header = coded[position]
        position += 2 if header & 4 else 1
        size = len(coded) - position
        if header & 2:
            size, position = _leb128(coded, position)
        yield header >> 3 & 15, coded[position : position + size]
        position += size


def _leb128(coded: memoryview, position: int) -> tuple[int, int]:
    """The number at a position, and the position behind it (4.10.5)."""
    value = 0
    for count in range(8):
        byte = coded[position + count]
        value |= (byte & 127) << 7 * count
        if byte < 128:  # noqa: PLR2004 - the last byte of a number has no high bit
            return value, position + count + 1
    return value, position + 8


def _pixels_of(header: bytes) -> int:
    """Largest width times largest height (5.5.1)."""
    bits = Bits(header)
    bits.skip(4)
    if bits.read(1):  # reduced_still_picture_header
        bits.skip(5)
    else:
        _skip_timing_and_operating_points(bits)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    return (bits.read(width_bits) + 1) * (bits.read(height_bits) + 1)


def _skip_timing_and_operating_points(bits: Bits) -> None:
    delay_bits = 0
    if bits.read(1):  # timing_info_present_flag
        bits.skip(64)
        if bits.read(1):  # equal_picture_interval
            bits.exp_golomb()
        if bits.read(1):  # decoder_model_info_present_flag
            delay_bits = bits.read(5) + 1
            bits.skip(42)
    initial_display_delay = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.skip(12)
        if bits.read(5) > 7:  # noqa: PLR2004 - levels above 3.3 name a tier
            bits.skip(1)
        if delay_bits and bits.read(1):
            bits.skip(2 * delay_bits + 1)
        if initial_display_delay and bits.read(1):
            bits.skip(4)
