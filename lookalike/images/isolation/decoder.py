"""A decoder: the process in which pictures from outside are decoded, and which may die of them."""

from __future__ import annotations

import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from mmap import mmap

from PIL import Image

from lookalike.errors import ImageError
from lookalike.images.decoding import load_decoders, refusing_hostile_bytes
from lookalike.images.isolation.confinement import bounded_time, confine
from lookalike.images.isolation.exchange import (
    MAX_MESSAGE,
    MEMORY_BYTES,
    READY,
    get_file,
    message_of,
    put_picture,
    refusal,
)
from lookalike.images.limits import MAX_SECONDS
from lookalike.images.preparation import PreparedPicture, prepare


def main(
    prepare: Callable[[bytes], PreparedPicture] = prepare, seconds: float = MAX_SECONDS
) -> None:
    """Answer about one picture after the other until the service closes the channel.

    The command line has the numbers of two open descriptors: a socket and the shared memory.

    Args:
        prepare: decodes the bytes of an image file.
        seconds: that a picture may take.
    """
    channel, memory = socket.socket(fileno=int(sys.argv[1])), mmap(int(sys.argv[2]), MEMORY_BYTES)
    resident = _resident_memory()
    blank = _blank_picture()
    load_decoders()
    confine()
    with bounded_time(seconds):
        put_picture(memory, prepare(blank))  # else a system that allows less would refuse all
    with suppress(BrokenPipeError, ConnectionResetError):  # the service has ended
        channel.sendall(READY)
        while message := channel.recv(MAX_MESSAGE):
            with bounded_time(seconds):
                answer = _answer(prepare, memory, message)
            channel.sendall(message_of(answer | {"resident": resident()}))


def _answer(
    prepare: Callable[[bytes], PreparedPicture], memory: mmap, message: bytes
) -> dict[str, object]:
    try:
        with refusing_hostile_bytes():
            return put_picture(memory, prepare(get_file(memory, message)))
    except ImageError as error:
        return refusal(error)


def _blank_picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64)).save(file, "JPEG")
    return file.getvalue()


def _resident_memory() -> Callable[[], int]:
    """What tells the bytes of memory that this process holds; 0 where only Linux could tell."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return lambda: 0
    page = resource.getpagesize()
    return lambda: int(os.pread(file, 100, 0).split()[1]) * page


if __name__ == "__main__":
    main()
