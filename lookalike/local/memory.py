"""Lets the C library give memory back to the system that large requests have taken."""

from __future__ import annotations

import ctypes
import sys

ARENAS = 2
"""Heaps of the C library. By default there are eight for each core, and each keeps its peak."""
LARGE = 4 << 20
"""Bytes from which on a block is returned to the system when it is freed. By default, glibc raises
this to 32 MB as soon as it has freed such a block, and keeps what is smaller."""
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8


def return_freed_memory() -> bool:
    """Return large blocks to the system from now on; whether the C library (glibc) does that.

    https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    options = ((_M_ARENA_MAX, ARENAS), (_M_MMAP_THRESHOLD, LARGE))
    return {mallopt(option, value) for option, value in options} == {1}
