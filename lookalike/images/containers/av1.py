"""AV1 bitstream (AOMedia AV1 specification 1.0.0, sections 5.3 to 5.5): the sequence header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SEQUENCE_HEADER = 1
_MAX_UNITS = 10_000
"""Units of all pictures in a file, which may share their bytes."""


def pixels_of_all(pictures: Iterable[memoryview]) -> list[int]:
    """Pixels of the largest frame that a sequence header announces, for every coded picture.

    Raises:
        IndexError: the data end within a header, or have absurdly many units together.
    """
    units = iter(range(_MAX_UNITS))
    return [
        max((_pixels_of(header) for header in _sequence_headers(coded, units)), default=0)
        for coded in pictures
    ]


def _sequence_headers(coded: memoryview, units: Iterator[int]) -> Iterator[bytes]:
    """Yield the sequence headers, taking one of ``units`` for every unit that is read."""
    position = 0
    while position < len(coded):
        if next(units, None) is None:
            raise IndexError(position)
        header = coded[position]
        position += 2 if header & 4 else 1
        size = len(coded) - position
        if header & 2:
            size, position = _leb128(coded, position)
        if header >> 3 & 15 == _SEQUENCE_HEADER:
            yield bytes(coded[position : position + min(size, 256)])
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
    bits = _Bits(header)
    bits.skip(4)
    if bits.read(1):  # reduced_still_picture_header
        bits.skip(5)
    else:
        _skip_timing_and_operating_points(bits)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    return (bits.read(width_bits) + 1) * (bits.read(height_bits) + 1)


def _skip_timing_and_operating_points(bits: _Bits) -> None:
    delay_bits = 0
    if bits.read(1):  # timing_info_present_flag
        bits.skip(64)
        if bits.read(1):  # equal_picture_interval
            bits.skip_uvlc()
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


@dataclass(slots=True)
class _Bits:
    """Reads bits, most significant first."""

    data: bytes
    position: int = 0

    def read(self, count: int) -> int:
        """The next ``count`` bits as a number."""
        end = self.position + count
        if end > 8 * len(self.data):
            raise IndexError(end)
        first, last = self.position // 8, -(-end // 8)
        value = int.from_bytes(self.data[first:last], "big") >> (8 * last - end)
        self.position = end
        return value & ((1 << count) - 1)

    def skip(self, count: int) -> None:
        """Passes over ``count`` bits."""
        self.position += count

    def skip_uvlc(self) -> None:
        """Passes over a number of variable length (4.10.3)."""
        zeros = 0
        while zeros < 32 and not self.read(1):  # noqa: PLR2004 - the longest there is
            zeros += 1
        self.skip(zeros)
