"""Checksums of ranges of ids: they tell where two sets of ids differ, without naming any."""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
"""One for each of some ranges."""
_ENTRY = np.dtype([("count", "<u4"), ("checksum", "<u8")])
_CHECKSUM_BYTES = 8


class IdRanges:
    """Ranges of ids, of which each has about as many fingerprint ids as any other one.

    A range has the ids greater than its bound, up to and including the next bound. The first one
    has all that are smaller, too, and the last one all that are greater.

    Args:
        digits: hex digits of the bounds; there are 16 to the power of that many ranges.
    """

    def __init__(self, digits: int) -> None:
        self.count = 16**digits
        self._digits = digits
        self._is_usual = re.compile(rf"[0-9a-f]{{{digits}}}.").match

    def bound(self, number: int) -> str:
        """The text before all ids of a range; empty for the first one, and behind the last one."""
        return self._text(number) if 0 < number < self.count else ""

    def holding(self, key: str) -> int:
        """The number of the range that has an id, which may be any text."""
        if self._is_usual(key):
            return int(key[: self._digits], 16)
        return max(bisect_left(range(self.count), key, key=self._text) - 1, 0)

    def share(self, number: int, of: int) -> range:
        """The ranges of one of several parts that are about equally large."""
        return range(number * self.count // of, (number + 1) * self.count // of)

    def _text(self, number: int) -> str:
        return f"{number:0{self._digits}x}"


class RangeChecksums:
    """How many ids each range has, and the sum of their digests, which has no order.

    Two different sets of ids have equal sums once in 2 to the power of 64.

    Args:
        ranges: the ranges.
        share: the numbers of those that these are about.
    """

    def __init__(self, ranges: IdRanges, share: range) -> None:
        self._ranges = ranges
        self._share = share
        self._entries = np.zeros(len(share), _ENTRY)

    def add(self, ids: Sequence[str]) -> None:
        """Add ids, each of which is in one of these ranges."""
        places = [self._ranges.holding(key) - self._share.start for key in ids]
        np.add.at(self._entries["count"], places, 1)
        digests = np.array([_digest(key) for key in ids], np.uint64)
        np.add.at(self._entries["checksum"], places, digests)

    def add_bytes(self, content: bytes) -> None:
        """Add what ``to_bytes`` of checksums of all ranges returned."""
        entries = np.frombuffer(content, _ENTRY)[self._share.start : self._share.stop]
        for name in _ENTRY.names or ():
            self._entries[name] += entries[name]

    def to_bytes(self) -> bytes:
        """All of it."""
        return self._entries.tobytes()

    def together(self, first: int, ids: int) -> range:
        """The next ranges that have no more ids than that together; one range at least."""
        counts = self._entries["count"][first - self._share.start :]
        fitting = int(np.searchsorted(np.cumsum(counts, dtype=np.int64), ids, side="right"))
        return range(first, first + max(1, fitting))

    def count(self, some: range) -> int:
        """The number of ids in some of the ranges."""
        return int(self._of(some)["count"].sum(dtype=np.int64))

    def differing(self, other: RangeChecksums, some: range) -> Flags:
        """Which of some ranges have other ids there."""
        flags: Flags = self._of(some) != other._of(some)
        return flags

    def _of(self, some: range) -> NDArray[np.void]:
        return self._entries[some.start - self._share.start : some.stop - self._share.start]


def packed(flags: Flags) -> str:
    """Flags as text."""
    return base64.b64encode(np.packbits(flags).tobytes()).decode()


def unpacked(text: str, count: int) -> Flags:
    """As many flags as were packed; those that were not are false."""
    flags = np.zeros(count, np.bool_)
    bits = np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8), count=None)
    flags[: min(count, len(bits))] = bits[:count]
    return flags


def joined(flags: Iterable[Flags]) -> Flags:
    """The flags of several parts, as those of all ranges."""
    return np.concatenate(list(flags))


def _digest(key: str) -> int:
    digest = hashlib.blake2b(key.encode(), digest_size=_CHECKSUM_BYTES, usedforsecurity=False)
    return int.from_bytes(digest.digest(), "little")
