"""Strategies that build picture files out of boxes, tags, chunks, scans, frames and grids.

Most files are small and nearly right, so that they come past the first checks.
"""

from __future__ import annotations

import struct
import zlib

from hypothesis import strategies as st

from lookalike.errors import ImageError
from lookalike.images.preparation import prepare
from tests.image_bombs import tiff_of
from tests.image_boxes import Part, box, coded_part, grid_of, heif_of, size_property
from tests.image_chunks import jpeg_segments, png_of
from tests.images import every_format

MAX_PREPARED_PIXELS = 8_000_000
_WHOLE = st.none()
_USUAL = st.integers(16, 80)
SIDES = st.one_of(
    st.integers(16, 80), st.sampled_from([0, 1, 15, 1_000, 30_001, 65_535, 2**31 - 1])
)
_SHORT_SIDES = st.one_of(_USUAL, _USUAL, _USUAL, st.sampled_from([0, 1, 4_000, 65_535]))
_CONTENTS = st.binary(max_size=60)
_TAGS = (
    *(256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325),
    *(330, 338, 339, 347, 529, 530),
)


def check(data: bytes) -> bool:
    """Prepare a file; whether it was a picture. Anything but a picture or a refusal is an error."""
    try:
        prepared = prepare(data)
    except ImageError:
        return False
    assert prepared.whole.mode == "RGB"
    assert 0 < prepared.whole.width * prepared.whole.height <= MAX_PREPARED_PIXELS
    return True


@st.composite
def png_files(draw: st.DrawFn) -> bytes:
    """A header, and chunks in any order and number."""
    size = draw(SIDES), draw(SIDES)
    colour = draw(st.sampled_from([0, 2, 3, 4, 6]))
    header = struct.pack(">II", *size) + bytes([8, colour, 0, 0, 0])
    header = draw(st.sampled_from([header, header[:8] + draw(st.binary(min_size=5, max_size=5))]))
    rows = zlib.compress(bytes(min(size[0] * 4 + 1, 10_000) * min(size[1], 90)))
    chunk = st.one_of(
        st.just((b"IDAT", rows)),
        st.tuples(st.sampled_from([b"PLTE", b"tRNS"]), st.sampled_from([b"", bytes(768)])),
        st.tuples(st.sampled_from([b"IDAT", b"eXIf", b"acTL", b"fdAT", b"IHDR"]), _CONTENTS),
    )
    chunks = draw(st.lists(chunk, max_size=6))
    return png_of([(b"IHDR", header), *chunks, (b"IDAT", rows), (b"IEND", b"")])


@st.composite
def jpeg_files(draw: st.DrawFn) -> bytes:
    """Segments of a good file in another order, with another size, and scans again and again."""
    files = every_format()
    name = draw(st.sampled_from(["baseline.jpg", "progressive.jpg", "cmyk.jpg", "grey.jpg"]))
    *parts, scans = jpeg_segments(files[name])
    extra = draw(st.lists(st.sampled_from(parts[1:]), max_size=3))
    head = [parts[0], *extra, *draw(st.permutations(parts[1:]))]
    if draw(st.booleans()):
        size = struct.pack(">HH", draw(_SHORT_SIDES), draw(_SHORT_SIDES))
        head = [p[:5] + size + p[9:] if p[1] in (0xC0, 0xC2) else p for p in head]
    return b"".join(head) + scans * draw(st.sampled_from([1, 1, 2, 50, 2_000]))


@st.composite
def gif_files(draw: st.DrawFn) -> bytes:
    """A screen, extensions and frames of any size at any place."""
    screen = struct.pack("<HHBBB", draw(_SHORT_SIDES), draw(_SHORT_SIDES), 0x80, 0, 0)
    plain = every_format()["plain.gif"]
    good = plain[plain.index(b",\0\0\0\0") : -1]
    blocks = draw(st.sampled_from([b"", good]))
    for _ in range(draw(st.integers(0, 4))):
        frame = struct.pack(
            "<HHHHB", *(draw(_SHORT_SIDES) for _ in range(4)), draw(st.integers(0, 255))
        )
        coded = draw(_CONTENTS)
        data = bytes([draw(st.integers(0, 12)), len(coded)]) + coded + b"\0"
        extension = b"!" + bytes([draw(st.sampled_from([0xF9, 0xFE, 0xFF])), len(coded)]) + coded
        blocks += draw(st.sampled_from([b"," + frame + data, extension + b"\0", b"\0"]))
    return b"GIF89a" + screen + bytes(6) + blocks + b";"


@st.composite
def bmp_files(draw: st.DrawFn) -> bytes:
    """A header, and pixels or run lengths."""
    bits = draw(st.sampled_from([1, 4, 8, 16, 24, 32]))
    fields = 40, draw(SIDES), draw(SIDES), 1, bits, draw(st.integers(0, 3)), 0, 0, 0, 0, 0
    runs = draw(st.sampled_from([b"\1\7", b"\0\0", b"\0\2\7\7", b"\xff\1", b"\0\5abcde\0"]))
    body = struct.pack("<IiiHHIIiiII", *fields) + bytes(1024) + runs * draw(st.integers(0, 3_000))
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + 40 + 1024) + body


@st.composite
def webp_files(draw: st.DrawFn) -> bytes:
    """Chunks of good files, with a canvas of any size."""
    files = [every_format()[name] for name in ("lossy.webp", "lossless.webp", "animated.webp")]
    parts = [data[12:] for data in files]
    canvas = struct.pack("<I", draw(st.integers(0, 255))) + draw(st.binary(min_size=6, max_size=6))
    parts += [b"VP8X" + struct.pack("<I", 10) + canvas]
    body = b"WEBP" + b"".join(draw(st.lists(st.sampled_from(parts), min_size=1, max_size=4)))
    return b"RIFF" + struct.pack("<I", len(body)) + body


@st.composite
def tiff_files(draw: st.DrawFn) -> bytes:
    """A good directory with entries replaced and added."""
    size = draw(_SHORT_SIDES), draw(_SHORT_SIDES)
    body = zlib.compress(bytes(min(size[0] * size[1], 30_000) * 4))
    good = {256: size[0], 257: size[1], 258: 8, 259: 8, 262: 1, 273: 8, 277: 1, 279: len(body)}
    good[259] = draw(st.sampled_from([8, 8, 1, 2, 3, 5, 6, 7, 32773, 34925, 50000, 50001]))
    tiled = {322: draw(SIDES), 323: draw(SIDES), 324: 8, 325: len(body)}
    good |= draw(st.sampled_from([{}, tiled]))
    entry = st.tuples(
        st.sampled_from(_TAGS),
        st.integers(1, 18),
        st.sampled_from([0, 1, 1, 1, 2, 4, 1_000, 2**31, 2**32 - 1]),
        st.one_of(st.integers(0, 300), st.sampled_from([16_384, 65_535, 2**31, 2**32 - 1])),
    )
    added = draw(st.lists(entry, max_size=4))
    replaced = {each[0] for each in added} if draw(st.booleans()) else set()
    entries = [(tag, 4, 1, value) for tag, value in good.items() if tag not in replaced]
    return tiff_of(sorted([*entries, *added]), body)


@st.composite
def heif_files(draw: st.DrawFn) -> bytes:
    """Grids, overlays and single pictures, with transparency, frames and properties of any kind."""
    brand = draw(st.sampled_from([b"heic", b"avif", b"mif1", b"msf1", b"avis", b"hevc"]))
    name = "plain.avif" if brand in (b"avif", b"avis") else "plain.heic"
    coded = coded_part(every_format()[name], draw(st.sampled_from([1, 1, 2, 30, 2_000])))
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    canvas = draw(st.tuples(_SHORT_SIDES, _SHORT_SIDES))
    canvas = draw(st.sampled_from([canvas, (96 * columns, 128 * rows)]))
    grid = grid_of(coded, rows, columns, canvas)
    numbers = st.integers(0, len(grid) + 2)
    kinds = st.sampled_from(
        [b"grid", b"iovl", b"iden", b"hvc1", b"av01", b"mski", b"unci", b"Exif"]
    )
    properties = st.tuples(
        st.sampled_from([b"hvcC", b"av1C", b"irot", b"clap", b"auxC"]), _CONTENTS
    )
    sizes = st.builds(size_property, SIDES, SIDES)
    part = st.builds(
        Part,
        kind=kinds,
        content=st.one_of(_CONTENTS, st.just(coded.content), st.just(grid[0].content)),
        properties=st.lists(st.one_of(properties, sizes), max_size=3).map(tuple),
        sources=st.lists(numbers, max_size=6).map(tuple),
        belongs_to=numbers,
    )
    parts = [*draw(st.sampled_from([grid, [coded]])), *draw(st.lists(part, max_size=3))]
    more = st.builds(box, st.sampled_from([b"idat", b"iloc", b"iref", b"free"]), _CONTENTS)
    return heif_of(parts, brand, draw(st.one_of(st.just(b""), more)))


@st.composite
def damaged(draw: st.DrawFn, files: st.SearchStrategy[bytes]) -> bytes:
    """A file with a few bytes changed or its end cut off, or left as it is."""
    data = bytearray(draw(files))
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.sampled_from([0, 1, 127, 128, 255]))
    return bytes(data[: draw(st.one_of(_WHOLE, _WHOLE, _WHOLE, st.integers(1, len(data))))])


FAMILIES: dict[str, st.SearchStrategy[bytes]] = {
    "png": png_files(),
    "jpeg": jpeg_files(),
    "gif": gif_files(),
    "bmp": bmp_files(),
    "webp": webp_files(),
    "tiff": tiff_files(),
    "heif": heif_files(),
}
