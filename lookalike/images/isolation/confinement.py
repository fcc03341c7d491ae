"""What a decoder gives up before it sees its first picture, as far as the system lets it.

It opens no more descriptors (so no files and no sockets), writes no core files, gets a bounded
amount of memory, and is not root. Linux's landlock takes away files, programs, TCP, and signals to
other processes, too. The system's limits hold on every Unix; the one on memory on Linux alone. It
may start threads, since libde265 decodes HEIC in one.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lookalike.images.limits import MAX_MEMORY

_NOBODY = 65534
"""The user and group of those who own nothing, on Linux and in its containers."""
_FIRST_VICTIM = "1000"
"""Where the machine's memory runs out, the system ends a decoder rather than the service."""
_OVERTIME = 1.0
"""Seconds, so that it is the service that ends a decoder as long as there is one."""
_MEGABYTE = 1 << 20

_PR_SET_NO_NEW_PRIVS = 38
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_VERSION_ONLY = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Number of rights on files that landlock knows, by its version."""
_NET_RIGHTS = (4, 0b11)
"""Since this version: to bind and to connect TCP."""
_SCOPES = (6, 0b11)
"""Since this version: to reach abstract sockets and to signal processes outside."""


def confine() -> None:
    """Give up what decoding does not need. What it needs has to be imported and open already."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_VICTIM, encoding="ascii")
    limited = _data_bytes() + MAX_MEMORY
    with suppress(OSError):
        _become_nobody()
    if sys.platform == "linux":
        _enter_landlock()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_DATA, limited)
    _limit(resource.RLIMIT_NOFILE, 0)


@contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """End this process where the block takes a second longer, in wall time or processor time.

    The service ends it before; but the service may have ended itself.
    """
    seconds += _OVERTIME
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, most))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(what: int, value: int) -> None:
    """Lower a limit for good."""
    with suppress(OSError, ValueError):  # it is lower already, or the system has no such limit
        resource.setrlimit(what, (value, value))


def _data_bytes() -> int:
    """The private memory that the process may write to, as the limit counts it."""
    with suppress(OSError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
        return int(pages) * resource.getpagesize()
    return 100 * _MEGABYTE


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _enter_landlock() -> None:
    """Allow nothing of what landlock knows; older systems know less, or nothing.

    https://docs.kernel.org/userspace-api/landlock.html
    """
    libc = ctypes.CDLL(None)
    libc.syscall.restype = ctypes.c_long
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_ONLY)
    if version < 1 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return
    rules = _rules(version)
    ruleset = libc.syscall(_LANDLOCK_CREATE_RULESET, rules, ctypes.c_size_t(len(rules) * 8), 0)
    if ruleset >= 0:
        libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def _rules(version: int) -> ctypes.Array[ctypes.c_uint64]:
    """The rights that are taken away: on files, on the network, beyond the process."""
    files = (1 << _FILE_RIGHTS.get(version, max(_FILE_RIGHTS.values()))) - 1
    rights = [files]
    rights += [bits for since, bits in (_NET_RIGHTS, _SCOPES) if version >= since]
    return (ctypes.c_uint64 * len(rights))(*rights)
