"""A decoder to whom some files are deadly, which no picture is known to be.

What a file does is its first word; everything else is a picture, and is prepared.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from lookalike.errors import ImageCorruptError
from lookalike.images.isolation.decoder import main
from lookalike.images.preparation import PreparedPicture, prepare

SECONDS = 0.2
"""That a file may take, and by which the decoder ends itself a second later."""
_HOURS = 10_000


def _print(text: str) -> None:
    """As libraries in C do; they go on where it cannot be written."""
    with suppress(BlockingIOError):
        while True:
            os.write(2, text.encode())


def _spin() -> None:
    while True:
        pass


def _connect() -> None:
    socket.create_connection(("127.0.0.1", 9), 0.1)


def _kill_parent() -> None:
    os.kill(os.getppid(), 0)


_FORBIDDEN: Mapping[str, Callable[[], object]] = {
    "read a file": lambda: Path(__file__).read_bytes(),
    "write a file": lambda: Path("left-behind").touch(),
    "connect": _connect,
    "run a program": lambda: subprocess.run(["/bin/true"], check=True),
    "signal its parent": _kill_parent,
    "take memory": lambda: bytearray(400_000_000),
}


def _tell() -> None:
    """Refuse the picture with all that was possible."""
    possible = []
    for name, attempt in _FORBIDDEN.items():
        with suppress(OSError, MemoryError):
            attempt()
            possible.append(name)
    raise ImageCorruptError(json.dumps({"possible": possible, "environment": sorted(os.environ)}))


_DEEDS: Mapping[bytes, Callable[[], object]] = {
    b"abort": os.abort,
    b"exit": lambda: os._exit(3),
    b"overflow": lambda: ctypes.string_at(0),
    b"spin": _spin,
    b"sleep": lambda: time.sleep(_HOURS),
    b"allocate": lambda: bytearray(400_000_000),
    b"lie": lambda: os.write(int(sys.argv[1]), b'{"whole": [9, 9], "resident": 0}'),
    b"print": lambda: _print("\x1b[2J\u202e\xff\r\n" * 30_000),
    b"killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"tell": _tell,
}


def _prepare(data: bytes) -> PreparedPicture:
    if deed := _DEEDS.get(data.partition(b" ")[0]):
        deed()
    return prepare(data)


if __name__ == "__main__":
    main(_prepare, SECONDS)
