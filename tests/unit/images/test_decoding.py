"""What is refused, why, and in which words."""

from __future__ import annotations

import random
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.errors import (
    ImageCorruptError,
    ImageError,
    ImageTooLargeError,
    ImageTooSmallError,
    ImageUnsupportedError,
)
from lookalike.images.decoding import decode, refusing_hostile_bytes
from tests.image_bombs import (
    gif_with_large_frame,
    offsets_bomb,
    png_bomb,
    run_length_bomb,
    scan_bomb,
    short_rows_bomb,
    text_bomb,
    tiff_bomb,
    webp_bomb,
    with_box_size,
    with_jpeg_size,
)
from tests.image_chunks import png_chunks, png_of
from tests.images import encoded, every_format, jpeg_with_exif, picture

FORMATS = every_format()


def _refused(data: bytes) -> ImageError | None:
    try:
        decode(data)
    except ImageError as error:
        return error
    return None


@pytest.mark.parametrize("name", FORMATS)
def test_should_identify_by_content(name: str) -> None:
    """``decode`` never learns a name, so an ending cannot lie to it."""
    assert decode(FORMATS[name]).size == (96, 128)


@pytest.mark.parametrize("image_format", ["PPM", "TGA", "ICO", "PCX", "JPEG2000", "DDS"])
def test_should_refuse_formats_that_shops_do_not_use(image_format: str) -> None:
    with pytest.raises(ImageUnsupportedError, match="Send JPEG, PNG"):
        decode(encoded(picture(), image_format))


@pytest.mark.parametrize("data", [b"\0", b"<html>", bytes(999), b"%PDF-1.7", b"....ftypmp42...."])
def test_should_refuse_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(ImageUnsupportedError):
        decode(data)


def test_should_refuse_no_bytes_and_too_many() -> None:
    with pytest.raises(ImageCorruptError, match="no bytes"):
        decode(b"")
    with pytest.raises(ImageTooLargeError, match="20 MB"):
        decode(FORMATS["baseline.jpg"] + bytes(20 * 2**20))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("eighths", range(1, 8))
def test_should_refuse_truncated_pictures(name: str, eighths: int) -> None:
    """Half a picture is never half grey; only what follows the first frame may be missing."""
    data = FORMATS[name]
    refused = _refused(data[: len(data) * eighths // 8])
    first_frame_may_be_whole = name.startswith(("animated", "stereo")) and eighths >= 4
    assert isinstance(refused, ImageCorruptError) or first_frame_may_be_whole


@pytest.mark.parametrize("size", [(1, 1), (15, 200), (200, 15), (5000, 20), (20, 5000)])
def test_should_refuse_too_small_pictures(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooSmallError, match=f"{size[0]} x {size[1]}.*at least 16"):
        decode(encoded(Image.new("RGB", size), "PNG"))


@pytest.mark.parametrize("size", [(16, 16), (100, 75), (16, 640), (790, 20_000)])
def test_should_read_thumbnails_and_long_descriptions(size: tuple[int, int]) -> None:
    assert decode(encoded(Image.new("L", size), "PNG")).size == size


def test_should_refuse_too_wide_pictures() -> None:
    with pytest.raises(ImageTooLargeError, match=r"65000 x 2000.*30000 a side"):
        decode(encoded(Image.new("1", (65_000, 2_000)), "TIFF", compression="group4"))


BOMBS = {
    "png": png_bomb(9_000, 9_000, rows=10),
    "huge png": png_bomb(30_000, 30_000, rows=10),
    "jpeg": with_jpeg_size(FORMATS["baseline.jpg"], 20_000, 20_000),
    "progressive jpeg": with_jpeg_size(FORMATS["progressive.jpg"], 9_500, 9_500),
    "coefficients": with_jpeg_size(
        encoded(picture(), "JPEG", progressive=True, subsampling=0), 7_000, 6_000
    ),
    "scans": scan_bomb(1_500, side=64),
    "gif": gif_with_large_frame(),
    "webp": webp_bomb(),
    "tiff": tiff_bomb(60_000, 60_000),
    "run lengths": run_length_bomb(),
    "short rows": short_rows_bomb(),
    "tile": tiff_bomb(100, 100, tile=4_096),
    "avif": with_box_size(FORMATS["plain.avif"], 16_000, 16_000),
    "heic": with_box_size(FORMATS["plain.heic"], 16_000, 16_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_should_refuse_bombs_before_decoding(name: str) -> None:
    with pytest.raises(ImageError) as refusal:
        decode(BOMBS[name])
    assert isinstance(refusal.value, ImageTooLargeError) or name == "avif"
    assert "Send" in refusal.value.detail or "Save" in refusal.value.detail


def test_should_refuse_an_avif_whose_box_makes_its_pixels_small() -> None:
    """The decoder would hold the coded picture before it is scaled to what the box says."""
    large = encoded(Image.new("L", (4_400, 4_200)), "AVIF", speed=10, quality=10)
    with pytest.raises(ImageTooLargeError, match="18480000 pixels of frames"):
        decode(with_box_size(large, 100, 100))


def test_should_read_past_text_that_would_fill_the_memory() -> None:
    assert decode(text_bomb()).size == (64, 64)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xd8" + b"\xff\xfe\0\2" * 5_000, "segments"),
        (FORMATS["plain.png"][:33] + (bytes(4) + b"teXt" + bytes(4)) * 30_000, "chunks"),
        (b"GIF89a\x40\0\x40\0\0\0\0!\xfe" + b"\1x" * 60_000, "blocks"),
        (b"GIF89a\x40\0\x40\0\0\0\0" + bytes(60_000) + b",", "blocks"),
        (offsets_bomb(200_000), "numbers"),
        (b"II*\0\x08\0\0\0\xff\xff" + bytes(12) * 65_535, "entries"),
    ],
)
def test_should_refuse_structures_of_countless_parts(data: bytes, reason: str) -> None:
    with pytest.raises(ImageCorruptError, match=reason):
        decode(data)


def test_should_read_past_junk_between_the_segments_of_a_jpeg() -> None:
    data = FORMATS["baseline.jpg"]
    junk = data[:2] + b"\xff\xfe\0\2" + bytes(5_000_000) + data[2:]
    assert decode(junk).image.tobytes() == decode(data).image.tobytes()


def test_should_read_a_progressive_jpeg_with_as_many_scans_as_encoders_write() -> None:
    assert decode(scan_bomb(50, side=64)).size == (64, 64)


def test_should_read_the_originals_of_shops() -> None:
    """48 million pixels in a baseline JPEG, at an eighth of the size."""
    decoded = decode(encoded(Image.new("L", (6_000, 8_000), 99), "JPEG"))
    assert decoded.size == (6_000, 8_000)
    assert decoded.image.size == (750, 1_000)


def test_should_drop_metadata_before_pillow_sees_it() -> None:
    data = encoded(picture(), "JPEG", comment=b"c" * 99, icc_profile=bytes(300), exif=b"Exif\0\0II")
    assert not {"comment", "icc_profile", "exif"} & set(decode(data).image.info)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=400))
@example(data=b"II*\0" + b"\xff" * 8)
def test_should_refuse_random_bytes_in_one_of_our_words(data: bytes) -> None:
    assert isinstance(_refused(data), ImageError)


@settings(max_examples=400, deadline=None)
@given(name=st.sampled_from(sorted(FORMATS)), seed=st.integers(0, 2**32), count=st.integers(1, 30))
def test_should_survive_random_damage(name: str, seed: int, count: int) -> None:
    damaged = bytearray(FORMATS[name])
    chance = random.Random(seed)  # noqa: S311 - reproducible damage
    for _ in range(count):
        at = int(len(damaged) * chance.random() ** 3)  # mostly near the start
        damaged[at] = chance.randrange(256)
    refused = _refused(bytes(damaged))
    assert refused is None or refused.detail.endswith(".")


def test_should_warn_nobody() -> None:
    """Not even where every warning is an error, as in these tests."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        decode(jpeg_with_exif(b"II*\0\x08\0\0\0\x05\0" + b"\xff" * 60))
        _refused(png_bomb(10_000, 10_000, rows=1))
        damaged = FORMATS["lzw.tif"].replace(b"\x01\x01\x04\0\x01", b"\x01\x01\x04\0\xff")
        _refused(damaged)
    assert caught == []


def test_should_read_a_bmp_in_run_lengths() -> None:
    assert decode(short_rows_bomb(side=100)).size == (100, 100)


@pytest.mark.parametrize("palette", [[], [(b"PLTE", b"")]])
def test_should_refuse_a_png_without_its_palette(palette: list[tuple[bytes, bytes]]) -> None:
    """Pillow decodes it, and fails to make colours of it."""
    header, *others = png_chunks(encoded(Image.new("P", (32, 32)), "PNG"))
    pixels = [chunk for chunk in others if chunk[0] != b"PLTE"]
    with pytest.raises(ImageCorruptError, match="no palette"):
        decode(png_of([header, *palette, *pixels]))


def test_should_not_touch_the_limit_that_pillow_has_for_everybody() -> None:
    decode(FORMATS["plain.png"])
    assert Image.MAX_IMAGE_PIXELS == 89_478_485


def test_should_blame_the_picture_for_absurd_memory() -> None:
    with pytest.raises(ImageTooLargeError, match="more memory"), refusing_hostile_bytes():
        raise MemoryError


@pytest.mark.parametrize("error", [SystemError, AssertionError, RecursionError, RuntimeError])
def test_should_refuse_whatever_a_decoder_throws(error: type[Exception]) -> None:
    with pytest.raises(ImageCorruptError), refusing_hostile_bytes():
        raise error


def test_should_let_an_interrupt_through() -> None:
    with pytest.raises(KeyboardInterrupt), refusing_hostile_bytes():
        raise KeyboardInterrupt
