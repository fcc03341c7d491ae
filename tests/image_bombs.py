"""Small files that ask for much memory or time, built without ever holding the picture."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image

from tests.image_boxes import coded_part, grid_of, heif_bombs, heif_of
from tests.image_chunks import png_chunk, png_of

Named = tuple[str, bytes]


def bombs() -> Iterator[Named]:
    """Every known way to make a decoder work out of proportion; all small files."""
    yield "warm-up.png", _saved("PNG")
    yield "bomb-pixels.png", png_bomb(30_000, 30_000)
    yield "bomb-text.png", text_bomb()
    yield "bomb-chunks.png", png_of([(b"IHDR", _header(64, 64)), *[(b"tEXt", b"")] * 100_000])
    yield "bomb-pixels.jpg", with_jpeg_size(_saved("JPEG"), 65_500, 65_500)
    yield "bomb-progressive.jpg", with_jpeg_size(_saved("JPEG", progressive=True), 20_000, 20_000)
    yield "bomb-scans.jpg", scan_bomb(1500)
    yield "bomb-segments.jpg", b"\xff\xd8" + b"\xff\xfe\0\2" * 500_000
    yield "bomb-junk.jpg", b"\xff\xd8\xff\xfe\0\2" + bytes(8_000_000) + _saved("JPEG")[2:]
    yield "bomb-pixels.gif", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + _saved("GIF")[10:]
    yield "bomb-frame.gif", gif_with_large_frame()
    yield "bomb-blocks.gif", b"GIF89a\x40\0\x40\0\0\0\0!\xfe" + b"\1x" * 200_000 + b"\0"
    yield "bomb-junk.gif", b"GIF89a\x40\0\x40\0\0\0\0" + bytes(8_000_000) + _saved("GIF")[13:]
    yield "bomb-pixels.webp", webp_bomb()
    yield "bomb-pixels.bmp", _bmp_of_size(60_000, 60_000)
    yield "bomb-runs.bmp", run_length_bomb()
    yield "bomb-rows.bmp", short_rows_bomb()
    yield "bomb-negative.bmp", _bmp_of_size(-2_000_000_000, 2_000_000_000)
    yield "bomb-pixels.tif", tiff_bomb(60_000, 60_000)
    yield "bomb-tile.tif", tiff_bomb(100, 100, tile=16_384)
    yield "bomb-strip.tif", tiff_bomb(100, 4_000_000)
    yield "bomb-offsets.tif", offsets_bomb()
    yield "bomb-entries.tif", b"II*\0\x08\0\0\0\xff\xff" + bytes(12) * 65_535
    yield "bomb-overlap.tif", overlap_bomb()
    yield "bomb-signed.tif", tile_bomb()
    yield "bomb-doubled.tif", doubled_bomb()
    yield "bomb-deep.tif", deep_tiff(6_000, 5_000)
    yield "bomb-pixels.avif", with_box_size(_saved("AVIF"), 30_000, 30_000)
    yield "bomb-pixels.heic", with_box_size(_saved("HEIF"), 30_000, 30_000)
    yield "bomb-extents.avif", extents_bomb([5_000])
    yield "bomb-few-extents.avif", extents_bomb([32])
    yield "bomb-items.avif", extents_bomb([5_000] * 5_000, size=0)
    yield "bomb-shared.avif", extents_bomb([1] * 4_000, size=20_000)
    yield from heif_bombs(_saved("HEIF", size=(512, 512)), _saved("AVIF", size=(512, 512)))
    yield "lying-box.heic", with_box_size(_saved("HEIF", size=(640, 640)), 64, 64)
    yield "lying-box.avif", with_box_size(_saved("AVIF", size=(640, 640)), 64, 64)


def largest_accepted() -> Iterator[Named]:
    """Pictures just within the limits, in the costliest mode of their format."""
    yield "warm-up.png", _saved("PNG")
    for colour in (2, 6, 0, 3):
        palette = [(b"PLTE", bytes(768)), (b"tRNS", bytes(256))] if colour == 3 else []
        pixels = zeros((1 + {0: 1, 2: 3, 3: 1, 6: 4}[colour] * 6_000) * 5_000)
        header = (b"IHDR", _header(6_000, 5_000, colour))
        yield (
            f"largest-{colour}.png",
            png_of([header, *palette, (b"IDAT", pixels), (b"IEND", b"")]),
        )
    yield "largest.jpg", _saved("JPEG", size=(10_000, 10_000))
    options = {"progressive": True, "quality": 95, "subsampling": 0}
    yield "largest-progressive.jpg", _saved("JPEG", size=(6_100, 6_200), **options)
    yield "largest.tif", _saved("TIFF", size=(6_000, 5_000), compression="tiff_adobe_deflate")
    yield "largest-deep.tif", deep_tiff(5_000, 4_600)
    yield "largest.webp", _saved("WEBP", size=(4_000, 4_000), quality=1, method=0)
    yield "largest.gif", _saved("GIF", size=(6_000, 5_000))
    yield "largest.avif", _saved("AVIF", size=(4_500, 4_000), speed=10, subsampling="4:4:4")
    yield "largest.heic", _saved("HEIF", size=(4_800, 4_992), chroma=444, quality=20)
    tile = coded_part(_saved("HEIF", size=(2_048, 2_048), chroma=444, quality=20))
    yield "largest-tiled.heic", heif_of(grid_of(tile, 3, 3, (4_896, 4_896)))


def _saved(image_format: str, size: tuple[int, int] = (64, 64), **options: object) -> bytes:
    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, image_format, **options)
    return buffer.getvalue()


def _header(width: int, height: int, colour: int = 2) -> bytes:
    return struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)


def zeros(count: int) -> bytes:
    """So many zero bytes, deflated, a thousandth of the size."""
    deflate = zlib.compressobj(1)
    block = bytes(1 << 20)
    parts = [deflate.compress(block[: min(1 << 20, count - n)]) for n in range(0, count, 1 << 20)]
    return b"".join([*parts, deflate.flush()])


def png_bomb(width: int, height: int, colour: int = 2, rows: int = 1000) -> bytes:
    """A PNG of that size that has the first rows of its pixels."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    pixels = zeros((1 + channels * width) * min(rows, height))
    return png_of([(b"IHDR", _header(width, height, colour)), (b"IDAT", pixels), (b"IEND", b"")])


def text_bomb() -> bytes:
    """A PNG with 64 compressed texts of 16 MB each."""
    text = png_chunk(b"zTXt", b"Comment\0\0" + zeros(16 << 20))
    good = _saved("PNG")
    return good[:33] + text * 64 + good[33:]


def with_jpeg_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG that claims another size."""
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def scan_bomb(scans: int, side: int = 1024) -> bytes:
    """A progressive JPEG whose last, empty scan is repeated."""
    data = _saved("JPEG", size=(side, side), progressive=True)
    last, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    return data[:last] + data[last:end] * scans + data[end:]


def gif_with_large_frame() -> bytes:
    """A GIF whose first frame is larger than its screen says."""
    data = _saved("GIF")
    at = data.index(b",\0\0\0\0")
    return data[: at + 5] + struct.pack("<HH", 60_000, 60_000) + data[at + 9 :]


def webp_bomb() -> bytes:
    """An animated WebP whose canvas is the largest there is."""
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    data = buffer.getvalue()
    at = data.index(b"VP8X") + 12
    return data[:at] + b"\xff\x3f\0" * 2 + data[at + 6 :]


def _bmp_of_size(width: int, height: int) -> bytes:
    data = _saved("BMP")
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def short_rows_bomb(side: int = 4_000) -> bytes:
    """A BMP in runs of one pixel a row: Pillow fills the rest of each row pixel by pixel."""
    return _run_length_bmp(side, b"\1\7\0\0" * side)


def run_length_bomb(side: int = 2_000) -> bytes:
    """A BMP that is coded in runs of one pixel, which Pillow reads in Python."""
    return _run_length_bmp(side, b"\1\7" * (side * side))


def _run_length_bmp(side: int, runs: bytes) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(runs), 0, 0, 256, 0)
    start = 14 + len(header) + 1024
    return (
        b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + header + bytes(1024) + runs
    )


def tiff_of(entries: list[tuple[int, int, int, int]], body: bytes) -> bytes:
    """A TIFF of these entries (tag, kind, count, value), its body from byte 8 on."""
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    start = struct.pack("<I", 8 + len(body))
    return b"II*\0" + start + body + struct.pack("<H", len(entries)) + directory + bytes(4)


def tile_bomb(side: int = 16_384, kind: int = 9) -> bytes:
    """A small TIFF with one large tile, whose sides are numbers of some kind (9: with a sign)."""
    body = zeros(side * side)
    entries = [(256, 4, 1, 100), (257, 4, 1, 100), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1)]
    entries += [(277, 3, 1, 1), (322, kind, 1, side), (323, kind, 1, side), (324, 4, 1, 8)]
    return tiff_of([*entries, (325, 4, 1, len(body))], body)


def doubled_bomb(side: int = 16_384) -> bytes:
    """A TIFF in which a tag comes twice: first large, which libtiff takes, then harmless."""
    body = zeros(side * side)
    entries = [(256, 4, 1, 256), (257, 4, 1, 256), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1)]
    entries += [(277, 3, 1, 1), (322, 4, 1, side), (322, 4, 1, 256), (323, 4, 1, side)]
    return tiff_of([*entries, (323, 4, 1, 256), (324, 4, 1, 8), (325, 4, 1, len(body))], body)


def deep_tiff(width: int, height: int) -> bytes:
    """A TIFF of one strip in RGBA with 16 bits, deflated."""
    pixels = zeros(8 * width * height)
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 4, 8 + len(pixels))]
    entries += [(259, 3, 1, 8), (262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, 4), (278, 4, 1, height)]
    bits = struct.pack("<4H", 16, 16, 16, 16)
    return tiff_of([*entries, (279, 4, 1, len(pixels)), (338, 3, 1, 2)], pixels + bits)


def overlap_bomb(side: int = 1600, tile: int = 16, size: int = 2_000_000) -> bytes:
    """Tiles that all lie on the same two megabytes, to be turned bit by bit (FillOrder 2)."""
    body = zlib.compress(bytes(tile * tile)).ljust(size, b"\0")
    turned = body.translate(bytes(int(f"{value:08b}"[::-1], 2) for value in range(256)))
    count = (side // tile) ** 2
    offsets = 8 + size
    lengths = offsets + 4 * count
    values = {
        256: (1, side), 257: (1, side), 258: (1, 8), 259: (1, 8), 262: (1, 1), 266: (1, 2),
        277: (1, 1), 322: (1, tile), 323: (1, tile), 324: (count, offsets), 325: (count, lengths),
    }  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, *value) for tag, value in values.items())
    return (
        b"II*\0"
        + struct.pack("<I", lengths + 4 * count)
        + turned
        + struct.pack("<I", 8) * count
        + struct.pack("<I", size) * count
        + struct.pack("<H", len(values))
        + entries
        + bytes(4)
    )


def offsets_bomb(count: int = 2_000_000) -> bytes:
    """A small uncompressed TIFF with millions of strips."""
    entries = {256: (1, 64), 257: (1, 64), 258: (1, 8), 259: (1, 1), 262: (1, 1)}
    entries |= {273: (count, 8), 277: (1, 1), 278: (1, 1), 279: (count, 8)}
    directory = b"".join(struct.pack("<HHII", tag, 4, *entries[tag]) for tag in sorted(entries))
    body = struct.pack("<I", 64) * count
    start = struct.pack("<I", 8 + len(body))
    return b"II*\0" + start + body + struct.pack("<H", len(entries)) + directory + bytes(4)


def tiff_bomb(width: int, height: int, tile: int = 0) -> bytes:
    """A grey TIFF, deflated: one strip, or one tile of that side (with all its pixels)."""
    pixels = zeros(tile * tile or min(width * height, 1 << 24))
    where = 8
    entries = {256: width, 257: height, 258: 8, 259: 8, 262: 1, 277: 1}
    layout = {322: tile, 323: tile, 324: where, 325: len(pixels)}
    entries |= layout if tile else {273: where, 278: height, 279: len(pixels)}
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, v) for tag, v in sorted(entries.items()))
    return b"".join(
        [
            b"II*\0" + struct.pack("<I", where + len(pixels)),
            pixels,
            struct.pack("<H", len(entries)) + directory + bytes(4),
        ]
    )


def with_box_size(data: bytes, width: int, height: int) -> bytes:
    """An AVIF or HEIC whose box claims another size than its pixels have."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def extents_bomb(counts: list[int], size: int = 600_000) -> bytes:
    """An AVIF whose coded picture has, once per count, so many extents of the whole file.

    Their offsets and lengths have no bytes: each goes from the first byte to the end of the file,
    which is made of that many bytes of AV1 units without contents.
    """
    items = b"".join(struct.pack(">HHH", 1, 0, count) for count in counts)
    locations = _box(b"iloc", bytes(6) + struct.pack(">H", len(counts)) + items)
    coded = _box(b"infe", struct.pack(">IHH4sx", 2 << 24, 1, 0, b"av01"))
    entries = _box(b"iinf", struct.pack(">IH", 0, 1) + coded)
    brand = _box(b"ftyp", b"avif" + bytes(4) + b"avifmif1")
    meta = _box(b"meta", bytes(4) + locations + entries)
    return brand + meta + _box(b"mdat", b"\x12\0" * (size // 2))


def _box(kind: bytes, contents: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(contents), kind) + contents
