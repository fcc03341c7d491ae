"""Picture files whose structure is damaged: chunks, segments, boxes and directory entries."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise

Named = tuple[str, bytes]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and body of every chunk."""
    chunks, position = [], len(PNG_SIGNATURE)
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        chunks.append((kind, data[position + 8 : position + 8 + length]))
        position += 12 + length
    return chunks


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A file of these chunks."""
    return PNG_SIGNATURE + b"".join(png_chunk(kind, body) for kind, body in chunks)


def jpeg_segments(data: bytes) -> list[bytes]:
    """Start of image, every segment, and everything from the first scan on."""
    starts = [0, 2]
    while data[starts[-1] + 1] != 0xDA:
        starts.append(starts[-1] + 2 + int.from_bytes(data[starts[-1] + 2 : starts[-1] + 4], "big"))
    return [data[a:b] for a, b in pairwise([*starts, len(data)])]


def damaged_structures(files: Mapping[str, bytes]) -> Iterator[Named]:
    """Well-formed files with a part missing, doubled, moved or lying about itself."""
    for name in ("plain.png", "animated.png"):
        yield from _damaged_png(name, files[name])
    for name in ("baseline.jpg", "progressive.jpg", "cmyk.jpg", "stereo.mpo"):
        yield from _damaged_jpeg(name, files[name])
    for name in ("raw.tif", "lzw.tif", "jpeg.tif"):
        yield from _damaged_tiff(name, files[name])
    for name in ("plain.avif", "plain.heic"):
        yield from _damaged_boxes(name, files[name])
    for name in ("lossy.webp", "animated.webp"):
        yield from _damaged_riff(name, files[name])


def _damaged_png(name: str, data: bytes) -> Iterator[Named]:
    chunks = png_chunks(data)
    for i, (kind, body) in enumerate(chunks):
        label = f"{i}-{kind.decode()}-{name}"
        yield f"without-{label}", png_of(chunks[:i] + chunks[i + 1 :])
        yield f"doubled-{label}", png_of(chunks[:i] + [chunks[i]] * 2 + chunks[i + 1 :])
        yield f"emptied-{label}", png_of([*chunks[:i], (kind, b""), *chunks[i + 1 :]])
        yield f"first-{label}", png_of([chunks[i], *chunks[:i], *chunks[i + 1 :]])
        yield f"checksum-{label}", data.replace(png_chunk(kind, body)[-4:], b"\0\1\2\3", 1)
    for depth, colour in ((3, 2), (16, 3), (1, 6), (8, 7), (8, 0), (8, 3), (16, 6)):
        header = chunks[0][1][:8] + bytes([depth, colour]) + chunks[0][1][10:]
        lying = png_of([(b"IHDR", header), *chunks[1:]])
        yield f"depth-{depth}-colour-{colour}-{name}", lying


def _damaged_jpeg(name: str, data: bytes) -> Iterator[Named]:
    parts = jpeg_segments(data)
    for i in range(1, len(parts)):
        label = f"{i}-{parts[i][1]:02x}-{name}"
        yield f"without-{label}", b"".join(parts[:i] + parts[i + 1 :])
        yield f"doubled-{label}", b"".join(parts[:i] + [parts[i]] * 2 + parts[i + 1 :])
        for length in (0, 1, 65_535):
            lying = parts[i][:2] + length.to_bytes(2, "big") + parts[i][4:]
            yield f"length-{length}-{label}", b"".join([*parts[:i], lying, *parts[i + 1 :]])
    yield f"scan-twice-{name}", data[:-2] + parts[-1]


def _damaged_tiff(name: str, data: bytes) -> Iterator[Named]:
    start = int.from_bytes(data[4:8], "little")
    for i in range(int.from_bytes(data[start : start + 2], "little")):
        entry = start + 2 + 12 * i
        tag = int.from_bytes(data[entry : entry + 2], "little")
        for value in (0, 0x7FFFFFFF, 0xFFFFFFFF):
            lying = data[: entry + 8] + value.to_bytes(4, "little") + data[entry + 12 :]
            yield f"tag-{tag}-value-{value:x}-{name}", lying
            lying = data[: entry + 4] + value.to_bytes(4, "little") + data[entry + 8 :]
            yield f"tag-{tag}-count-{value:x}-{name}", lying


def _damaged_boxes(name: str, data: bytes) -> Iterator[Named]:
    for kind in (b"ftyp", b"meta", b"iloc", b"iinf", b"iprp", b"ipco", b"ispe", b"pitm", b"mdat"):
        at = data.find(kind)
        if at < 0:
            continue
        label = f"{kind.decode()}-{name}"
        yield f"renamed-{label}", data[:at] + b"xxxx" + data[at + 4 :]
        for size in (0, 1, 7, 0xFFFFFFFF):
            yield f"size-{size:x}-{label}", data[: at - 4] + size.to_bytes(4, "big") + data[at:]
        yield f"overwritten-{label}", data[: at + 4] + b"\xff" * 8 + data[at + 12 :]


def _damaged_riff(name: str, data: bytes) -> Iterator[Named]:
    for size in (0, 1, len(data) // 2, 0xFFFFFFFF):
        yield f"riff-{size:x}-{name}", data[:4] + size.to_bytes(4, "little") + data[8:]
        yield f"chunk-{size:x}-{name}", data[:16] + size.to_bytes(4, "little") + data[20:]
