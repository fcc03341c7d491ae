"""Reads numbers out of coded video, bit by bit."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 32
"""Zeros before the longest number of variable length."""


@dataclass(slots=True)
class Bits:
    """Reads bits, most significant first."""

    data: bytes
    position: int = 0

    def read(self, count: int) -> int:
        """The next ``count`` bits as a number.

        Raises:
            IndexError: there are fewer.
        """
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

    def exp_golomb(self) -> int:
        """The next number of variable length: ue(v) in HEVC (9.2), uvlc in AV1 (4.10.3).

        Raises:
            IndexError: the data end within it.
        """
        zeros = 0
        while zeros < _LONGEST and not self.read(1):
            zeros += 1
        return (1 << zeros) - 1 + self.read(zeros)
