"""Finds the reader of a container by its first bytes. A new format is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from lookalike.images.containers import bmp, gif, heif, jpeg, png
from lookalike.images.containers.bmp import read_bmp
from lookalike.images.containers.container import Container
from lookalike.images.containers.gif import read_gif
from lookalike.images.containers.heif import read_heif
from lookalike.images.containers.jpeg import read_jpeg
from lookalike.images.containers.png import read_png
from lookalike.images.containers.tiff import read_tiff
from lookalike.images.containers.tiff_directory import SIGNATURES

_READERS: tuple[tuple[tuple[bytes, ...], Callable[[bytes], Container]], ...] = (
    ((jpeg.SIGNATURE,), read_jpeg),
    ((png.SIGNATURE,), read_png),
    ((gif.SIGNATURE,), read_gif),
    (SIGNATURES, read_tiff),
    ((bmp.SIGNATURE,), read_bmp),
)


_ISO_MEDIA = b"ftyp"


def is_picture(data: bytes) -> bool:
    """Return whether the first bytes are those of a known format, even if the rest is broken."""
    if data[4:8] == _ISO_MEDIA:
        return data[8:12] in heif.BRANDS
    known = [signature for signatures, _ in _READERS for signature in signatures]
    return data.startswith(tuple(known)) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def read_container(data: bytes) -> Container:
    """Read and bound the structure of a file, without decoding it.

    A format without a reader here is bounded by its decoder, and its file is returned unchanged.

    Raises:
        ImageCorruptError: the structure is broken or absurd.
        ImageTooLargeError: the structure costs more than its pixels tell.
    """
    if data[4:8] == _ISO_MEDIA:
        return read_heif(data)
    reader = next((read for signatures, read in _READERS if data.startswith(signatures)), Container)
    return reader(data)
