"""JPEG (ITU-T T.81): segments, frame header and number of scans."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers.container import Container

SIGNATURE = b"\xff\xd8\xff"

_MAX_SEGMENTS = 2_000
_MAX_SCANS = 1_000
_MAX_SCANNED_PIXELS = 800_000_000
"""Scans times pixels. An empty scan costs 0.6 ns a pixel; encoders write about ten scans."""

_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_KEPT_APPLICATION_SEGMENTS = frozenset({0xE0, 0xEE})  # JFIF and Adobe: they tell the colour model
_DROPPED = frozenset({*range(0xE0, 0xF0), 0xFE}) - _KEPT_APPLICATION_SEGMENTS
_EXIF = b"Exif\0\0"


class _Segment(NamedTuple):
    marker: int
    start: int
    end: int


class _Frame(NamedTuple):
    progressive: bool
    width: int
    height: int
    components: int
    samples: float
    """Samples per pixel over all components, padding to the largest sampling factor aside."""


def read_jpeg(data: bytes) -> Container:
    """Bound the segments and scans, take the EXIF block and drop all other metadata.

    An MPO becomes the JPEG that it starts with, because its multi-picture segment is dropped.

    Raises:
        ImageCorruptError: there are no picture data, or no encoder writes such a structure.
        ImageTooLargeError: there are more scans than can be decoded in bounded time.
    """
    segments = list(_header_segments(data))
    scan = segments[-1]
    exif = next((s for s in segments if data.startswith(_EXIF, s.start + 4)), None)
    return Container(
        data=_without_metadata(data, segments),
        exif=data[exif.start + 4 : exif.end] if exif and exif.marker == 0xE1 else b"",  # noqa: PLR2004 - APP1
        coefficient_bytes=_coefficient_bytes(data, _frame(data, segments), scan),
    )


def _header_segments(data: bytes) -> Iterator[_Segment]:
    """The segments up to and with the first start of scan."""
    position = 2
    for _ in range(_MAX_SEGMENTS):
        position = data.find(b"\xff", position)
        if position < 0 or position + 4 > len(data):
            raise ImageCorruptError(_NO_PICTURE_DATA)
        marker = data[position + 1]
        if marker == _END_OF_IMAGE:
            raise ImageCorruptError(_NO_PICTURE_DATA)
        if marker in (0x00, 0xFF) or marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2  # noqa: PLR2004 - a fill byte
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        end = position + 2 + length
        yield _Segment(marker, position, end)
        if marker == _START_OF_SCAN:
            return
        position = end
    raise ImageCorruptError(
        f"The JPEG has more than {_MAX_SEGMENTS} segments before its picture. Save it again "
        "without metadata."
    )


_NO_PICTURE_DATA = "The JPEG ends before its picture data begin. Send the complete file."


def _without_metadata(data: bytes, segments: list[_Segment]) -> bytes:
    """The file without metadata, and without junk between segments, which Pillow reads bytewise."""
    kept = [data[s.start : s.end] for s in segments[:-1] if s.marker not in _DROPPED]
    if 2 + sum(map(len, kept)) == segments[-1].start:
        return data
    return b"".join([data[:2], *kept, memoryview(data)[segments[-1].start :]])


def _frame(data: bytes, segments: list[_Segment]) -> _Frame:
    header = next((s for s in segments if s.marker in _FRAME_HEADERS), None)
    if header is None or header.end - header.start < 10:  # noqa: PLR2004 - its fixed part
        raise ImageCorruptError("The JPEG does not tell its size. Save it again.")
    height, width, components = struct.unpack_from(">HHB", data, header.start + 5)
    factors = data[header.start + 11 : header.end : 3]
    sampling = [(factor >> 4, factor & 15) for factor in factors]
    largest = max((h for h, _ in sampling), default=1) * max((v for _, v in sampling), default=1)
    samples = sum(h * v for h, v in sampling) / max(1, largest)
    return _Frame(header.marker in _PROGRESSIVE, width, height, components, samples)


def _coefficient_bytes(data: bytes, frame: _Frame, scan: _Segment) -> int:
    """Two bytes a sample where libjpeg keeps the whole picture as coefficients, otherwise 0."""
    if not frame.progressive and data[scan.start + 4 : scan.start + 5] == bytes([frame.components]):
        return 0
    pixels = frame.width * frame.height
    scans = data.count(b"\xff\xda", scan.start)
    if scans > _MAX_SCANS or scans * pixels > _MAX_SCANNED_PIXELS:
        raise ImageTooLargeError(
            f"The JPEG has {scans} scans of {frame.width} x {frame.height} pixels; at most "
            f"{min(_MAX_SCANS, _MAX_SCANNED_PIXELS // max(1, pixels))} are read at that size. "
            "Save it as a baseline JPEG."
        )
    return int(2 * pixels * frame.samples)
