"""Preparation: one path from the bytes of any picture to the RGB that is fingerprinted."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from lookalike.images.levels import stretched
from lookalike.images.network_frame import NETWORK_PIXELS
from lookalike.images.preparation import PreparedPicture, prepare
from tests.images import encoded, every_format, jpeg_with_exif, orientation_exif, picture

SAMPLE = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))
LOSSLESS = ("PNG", "WEBP", "TIFF", "BMP")


def _phash(image: Image.Image) -> imagehash.ImageHash:
    return imagehash.phash(image)


def _difference(a: Image.Image, b: Image.Image) -> float:
    return float(np.abs(np.asarray(a, np.int16) - np.asarray(b, np.int16)).mean())


@pytest.mark.parametrize("name", every_format())
def test_should_read_every_format_as_the_same_picture(name: str) -> None:
    prepared = prepare(every_format()[name])
    original = picture().convert("L").convert("RGB") if name == "grey.jpg" else picture()
    assert prepared.whole.mode == "RGB"
    assert (prepared.width, prepared.height) == prepared.whole.size == (96, 128)
    assert _difference(prepared.whole, original) < (12 if name.endswith(".gif") else 4)


@pytest.mark.parametrize("name", ["animated.gif", "animated.webp", "animated.png", "stereo.mpo"])
def test_should_take_the_first_frame(name: str) -> None:
    prepared = prepare(every_format()[name])
    assert _difference(prepared.whole, picture()) < 12
    assert _difference(prepared.whole, picture(seed=1)) > 40


def test_should_take_the_still_picture_of_an_animated_avif() -> None:
    frames = [picture(seed=seed) for seed in range(3)]
    data = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:])
    assert _difference(prepare(data).whole, frames[0]) < 6


@settings(max_examples=40, deadline=None)
@given(
    image_format=st.sampled_from(LOSSLESS),
    pixels=st.tuples(st.integers(16, 70), st.integers(16, 70)).flatmap(
        lambda shape: arrays.arrays(np.uint8, (*shape, 3))
    ),
)
def test_should_give_back_the_pixels_of_any_lossless_file(
    image_format: str, pixels: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]
) -> None:
    options = {"lossless": True} if image_format == "WEBP" else {}
    prepared = prepare(encoded(Image.fromarray(pixels), image_format, **options))
    assert np.array_equal(np.asarray(prepared.whole), pixels)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("value", range(1, 9))
def test_should_apply_the_orientation(image_format: str, value: int) -> None:
    """Turning back what a camera turned gives the picture and its sides."""
    turned = _as_a_camera_stores(picture(96, 128), value)
    exif = Image.Exif()
    exif[274] = value
    prepared = prepare(encoded(turned, image_format, exif=exif))
    assert (prepared.width, prepared.height) == prepared.whole.size == (96, 128)
    assert _difference(prepared.whole, picture(96, 128)) < 7


@pytest.mark.parametrize("value", [3, 6])
def test_should_apply_the_orientation_of_heic(value: int) -> None:
    turned = _as_a_camera_stores(picture(96, 128), value)
    exif = Image.Exif()
    exif[274] = value
    prepared = prepare(encoded(turned, "HEIF", exif=exif.tobytes()))
    assert (prepared.width, prepared.height) == (96, 128)
    assert _difference(prepared.whole, picture(96, 128)) < 7


def _as_a_camera_stores(image: Image.Image, value: int) -> Image.Image:
    turn = Image.Transpose
    inverse = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_90,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_270,
    }
    return image.transpose(inverse[value]) if value in inverse else image


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\0",
        b"\xff" * 90,
        orientation_exif(0),
        orientation_exif(9),
        orientation_exif(6)[:16],
    ],
)
def test_should_ignore_broken_exif(exif: bytes) -> None:
    assert prepare(jpeg_with_exif(exif)).whole.size == (96, 128)


def test_should_report_the_size_of_the_original() -> None:
    data = encoded(picture(3000, 2000), "JPEG", exif=b"Exif\0\0" + orientation_exif(6))
    prepared = prepare(data)
    assert (prepared.width, prepared.height) == (2000, 3000)
    assert prepared.whole.size == (500 * 2000 // 1000, 1500)


@pytest.mark.parametrize("image_format", ["JPEG", "TIFF", "BMP"])
@pytest.mark.parametrize("short", [512, 1023, 1024, 1600, 2047])
def test_should_keep_the_short_side_between_512_and_1023(image_format: str, short: int) -> None:
    data = encoded(picture(short, short + 3), image_format)
    assert 512 <= min(prepare(data).whole.size) <= 1023


def test_should_reduce_strips_to_a_bounded_number_of_pixels() -> None:
    prepared = prepare(encoded(Image.new("L", (900, 24_000), 7), "PNG"))
    assert prepared.whole.width * prepared.whole.height <= 8_100_000


def test_should_not_touch_the_pixels_of_sample_pictures() -> None:
    """Below 1,024 pixels nothing is reduced, so no bit of any hash can change."""
    for path in SAMPLE[::10]:
        data = path.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            assert prepare(data).whole.tobytes() == image.convert("RGB").tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1600, 2132), (3000, 4000)])
def test_should_keep_the_phash_of_large_jpegs(size: tuple[int, int]) -> None:
    """Decoding at reduced size swaps two bits around the median at most, in few pictures."""
    changed = []
    for path in SAMPLE[:: 40 if size[0] > 2000 else 20]:
        with Image.open(path) as image:
            data = encoded(image.resize(size, Image.Resampling.BICUBIC), "JPEG", quality=90)
        with Image.open(io.BytesIO(data)) as full:
            changed.append(_phash(full) - _phash(prepare(data).whole))
    assert max(changed) <= 2
    assert sum(changed) <= len(changed) // 2


def test_should_prepare_the_same_in_threads() -> None:
    files = list(every_format().values()) * 3
    alone = [prepare(data).whole.tobytes() for data in files]
    with ThreadPoolExecutor(4) as threads:
        together = [p.whole.tobytes() for p in threads.map(prepare, files)]
    assert together == alone


def test_should_show_the_network_the_stretched_frame_without_its_border() -> None:
    flat = Image.eval(picture(300, 200), lambda level: 100 + level // 8)
    framed = PreparedPicture(flat, (30, 20, 290, 190), 300, 200)
    square = (NETWORK_PIXELS, NETWORK_PIXELS)
    expected = stretched(framed.trimmed).resize(square, Image.Resampling.BILINEAR, reducing_gap=2)
    assert np.ptp(np.asarray(expected)) > 4 * np.ptp(np.asarray(flat))
    assert np.array_equal(np.asarray(framed.network_frame), np.asarray(expected))


@pytest.mark.parametrize("size", [(300, 200), (700, 990)])
def test_should_turn_border_and_network_frame_with_a_picture(size: tuple[int, int]) -> None:
    """Rounding apart, the network sees what it would see of the turned frame."""
    width, height = size
    framed = PreparedPicture(picture(*size), (30, 20, width - 11, height), *size)
    turned = framed
    for _ in range(4):
        expected = turned.network_frame.transpose(Image.Transpose.ROTATE_270)
        turned = turned.turned()
        assert turned.network_frame == expected
        anew = replace(turned)
        difference = np.asarray(turned.network_frame, int) - np.asarray(anew.network_frame, int)
        assert np.abs(difference).max() <= 1
    assert turned.trim_box == framed.trim_box
    assert np.array_equal(np.asarray(turned.trimmed), np.asarray(framed.trimmed))
    assert turned.network_frame == framed.network_frame


def test_should_forget_the_network_frame_of_another_border() -> None:
    whole = PreparedPicture(picture(300, 200), (0, 0, 300, 200), 300, 200)
    assert whole.network_frame is whole.network_frame
    assert whole.network_frame != replace(whole, trim_box=(100, 50, 200, 150)).network_frame
