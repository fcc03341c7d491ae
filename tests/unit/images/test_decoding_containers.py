"""What is read from a file's structure before anything is decoded."""

from __future__ import annotations

import collections
import struct

import pytest
from PIL import Image

from lookalike.errors import ImageCorruptError
from lookalike.images.containers.av1 import read_av1
from lookalike.images.containers.coded import Coded, Units
from lookalike.images.containers.heif import coded_pixels, read_heif
from lookalike.images.containers.iso_media import read_items
from lookalike.images.containers.jpeg import read_jpeg
from lookalike.images.containers.png import read_png
from lookalike.images.containers.registry import is_picture, read_container
from lookalike.images.containers.tiff_directory import directory, orientation_tag
from lookalike.images.decoding import decode
from lookalike.images.orientation import orientation_of
from tests.images import encoded, every_format, jpeg_with_exif, orientation_exif, picture

FORMATS = every_format()


@pytest.mark.parametrize("name", FORMATS)
def test_should_know_every_format_by_its_first_bytes(name: str) -> None:
    assert is_picture(FORMATS[name])
    assert not is_picture(b"\0" + FORMATS[name])


@pytest.mark.parametrize("name", ["plain.gif", "lzw.tif", "plain.bmp", "lossy.webp", "plain.avif"])
def test_should_leave_bounded_files_as_they_are(name: str) -> None:
    assert read_container(FORMATS[name]).data == FORMATS[name]


def test_should_take_the_exif_out_of_a_jpeg() -> None:
    container = read_jpeg(jpeg_with_exif(orientation_exif(6)))
    assert orientation_of(container.exif) == 6
    assert b"Exif" not in container.data


def test_should_make_a_multi_picture_file_a_plain_jpeg() -> None:
    assert b"MPF\0" in FORMATS["stereo.mpo"]
    assert b"MPF\0" not in read_jpeg(FORMATS["stereo.mpo"]).data[:2_000]


@pytest.mark.parametrize(
    ("subsampling", "bytes_a_pixel"),
    [("4:4:4", 6), ("4:2:2", 4), ("4:2:0", 3)],
)
def test_should_know_what_a_progressive_jpeg_takes(subsampling: str, bytes_a_pixel: int) -> None:
    data = encoded(picture(160, 160), "JPEG", progressive=True, subsampling=subsampling)
    assert read_jpeg(data).coefficient_bytes == bytes_a_pixel * 160 * 160


def test_should_know_that_a_baseline_jpeg_takes_nothing() -> None:
    assert read_jpeg(FORMATS["baseline.jpg"]).coefficient_bytes == 0


def test_should_take_the_exif_out_of_a_png_and_drop_its_animation() -> None:
    exif = Image.Exif()
    exif[274] = 8
    assert orientation_of(read_png(encoded(picture(), "PNG", exif=exif)).exif) == 8
    still = read_png(FORMATS["animated.png"]).data
    assert b"fdAT" not in still
    assert b"acTL" not in still


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_should_read_directories_of_every_layout(order: str, *, big: bool) -> None:
    mark = b"II" if order == "<" else b"MM"
    if big:
        header = mark + struct.pack(order + "HHHQ", 43, 8, 0, 16)
        entry = struct.pack(order + "QHHQHHI", 1, 274, 3, 1, 6, 0, 0)
    else:
        header = mark + struct.pack(order + "HI", 42, 8)
        entry = struct.pack(order + "HHHIHH", 1, 274, 3, 1, 6, 0)
    assert orientation_tag(header + entry) == 6
    assert orientation_of(header + entry) == 6


@pytest.mark.parametrize("data", [b"", b"II*\0", b"MM\0*\0\0\0\x08\0\x05abc", b"not a directory"])
def test_should_refuse_broken_directories(data: bytes) -> None:
    with pytest.raises(ImageCorruptError):
        directory(data)


def _pixels(data: bytes) -> list[int]:
    return list(coded_pixels(read_items(data)).values())


@pytest.mark.parametrize("size", [(64, 64), (96, 128), (801, 603)])
def test_should_know_the_size_that_av1_is_coded_in(size: tuple[int, int]) -> None:
    assert _pixels(encoded(picture(*size), "AVIF", speed=10)) == [size[0] * size[1]]


def test_should_know_the_size_of_a_sequence_and_of_transparency() -> None:
    """A sequence has the long form of the header, transparency is a second coded picture."""
    frames = [picture(seed=seed) for seed in range(3)]
    moving = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:])
    assert _pixels(moving) == [96 * 128]
    assert read_heif(moving).data[8:12] == b"avif"
    seen_through = encoded(picture().convert("RGBA"), "AVIF", alpha_premultiplied=False)
    assert set(_pixels(seen_through)) <= {96 * 128}


def test_should_read_the_long_form_of_the_av1_header() -> None:
    """Timing, decoder model, display delay and tiers in front of a size of 4,096 x 2,160."""
    fields = [(0, 3), (0, 1), (0, 1), (1, 1), (1, 32), (30, 32), (1, 1), (0b1, 1), (1, 1)]
    fields += [(9, 5), (1, 32), (9, 5), (9, 5), (1, 1), (1, 5)]
    operating_point = [(0, 12), (8, 5), (1, 1), (1, 1), (7, 10), (7, 10), (0, 1), (1, 1), (3, 4)]
    fields += operating_point * 2 + [(15, 4), (15, 4), (4_095, 16), (2_159, 16)]
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    body = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    coded = memoryview(b"\x12\0\x0a" + bytes([len(body)]) + body)
    assert read_av1(coded, Units()) == Coded(4_096 * 2_160, frames=0)


def _without_length(avif: bytes) -> bytes:
    """The same file, its only extent going to the end of the file."""
    at = avif.index(b"iloc") + 4
    length = at + 4 + 2 + 2 + 2 + 2 + 2 + 4
    return avif[:length] + bytes(4) + avif[length + 4 :]


def test_should_find_the_coded_picture_however_it_is_located() -> None:
    still = encoded(picture(), "AVIF")
    assert _pixels(_without_length(still)) == [96 * 128]


@pytest.mark.parametrize("brand", [b"avis", b"mif1", b"msf1"])
def test_should_read_an_avif_by_its_still_picture_whatever_its_brand(brand: bytes) -> None:
    """With another brand the decoder would prefer tracks, whose size nobody has looked at."""
    still = encoded(picture(), "AVIF")
    assert read_heif(still[:8] + brand + still[12:]).data == still


def test_should_leave_a_heic_of_a_general_brand_alone() -> None:
    heic = FORMATS["plain.heic"]
    general = heic[:8] + b"mif1" + heic[12:]
    assert read_heif(general).data == general


@pytest.mark.parametrize(
    "broken",
    [
        FORMATS["plain.avif"][:40].replace(b"meta", b"free"),
        FORMATS["plain.avif"] + (b"\0\0\0\x08free" * 6_000),
        FORMATS["plain.avif"].replace(b"iloc\0\0\0\0\x44\0\0\x01", b"iloc\0\0\0\0\x44\0\xff\xff"),
    ],
)
def test_should_survive_broken_boxes(broken: bytes) -> None:
    with pytest.raises(ImageCorruptError):
        decode(broken)


@pytest.mark.parametrize("pictures", [1, 5])
def test_should_refuse_absurdly_many_av1_units(pictures: int) -> None:
    coded, units = memoryview(b"\x12\0" * (20_000 // pictures)), Units()
    with pytest.raises(IndexError):
        collections.deque((read_av1(coded, units) for _ in range(pictures)), maxlen=0)


def _located(avif: bytes, *items: tuple[int, ...]) -> bytes:
    """The same file, its picture listed once per item: pairs of offset and length behind it."""
    at = avif.index(b"iloc") - 4
    old = struct.unpack_from(">I", avif, at)[0]
    listed = [struct.pack(f">HHH{len(e)}I", 1, 0, len(e) // 2, *e) for e in items]
    body = b"iloc" + struct.pack(">IBBH", 0, 0x44, 0, len(items)) + b"".join(listed)
    meta = avif.index(b"meta") - 4
    size = struct.unpack_from(">I", avif, meta)[0] + 4 + len(body) - old
    head = avif[:meta] + struct.pack(">I", size) + avif[meta + 4 : at]
    return head + struct.pack(">I", 4 + len(body)) + body + avif[at + old :]


def test_should_join_extents_and_leave_shared_ones_where_they_are() -> None:
    still = encoded(picture(), "AVIF")
    parts = _located(still, (0, 20, 30, 10), *[(0, len(still))] * 9)
    found = [bytes(content) for content in read_items(parts)[1].contents]
    assert found == [parts[:20] + parts[30:40], *[parts[: len(still)]] * 9]


def test_should_refuse_extents_that_have_more_bytes_than_the_file() -> None:
    still = encoded(picture(), "AVIF")
    half = len(still) // 2 + 100
    for overlapping in ([(0, half, 0, half)], [(0, 20, 0, half)] * 9, [(0, 1) * 33]):
        with pytest.raises(ImageCorruptError):
            read_heif(_located(still, *overlapping))


def test_should_refuse_a_second_list_of_items() -> None:
    with pytest.raises(ImageCorruptError):
        read_heif(encoded(picture(), "AVIF") + b"\0\0\0\x0cmeta\0\0\0\0")
