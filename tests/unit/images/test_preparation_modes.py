"""Every mode becomes RGB with transparency flattened on white."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageChops

from lookalike.errors import ImageCorruptError
from lookalike.images.decoding import decode
from lookalike.images.modes import averageable, to_rgb
from lookalike.images.preparation import prepare
from tests.image_chunks import png_chunks, png_of
from tests.images import encoded, every_mode, picture

GREY = picture().convert("L")


def _pixels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.asarray(prepare(data).whole, np.int16)


def _difference(data: bytes, expected: Image.Image) -> int:
    return int(np.abs(_pixels(data) - np.asarray(expected.convert("RGB"), np.int16)).max())


def _on_white(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)


def _with_alpha(mode: str = "RGBA") -> Image.Image:
    image = picture().convert("RGBA")
    image.putalpha(picture(seed=1).convert("L"))
    return image.convert(mode)


@pytest.mark.parametrize("name", every_mode())
def test_should_read_every_mode(name: str) -> None:
    prepared = prepare(every_mode()[name])
    assert prepared.whole.mode == "RGB"
    assert prepared.whole.size == (96, 128)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr"])
def test_should_convert_plain_modes_as_pillow_does(mode: str) -> None:
    image = picture().convert(mode)
    if mode == "YCbCr":
        assert to_rgb(averageable(image)).tobytes() == image.convert("RGB").tobytes()
    else:
        assert _difference(encoded(image, "TIFF"), image) == 0


def test_should_convert_hsv() -> None:
    image = picture().convert("HSV")
    assert to_rgb(averageable(image)).tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("mode", "image_format"), [("LA", "PNG"), ("RGBA", "PNG"), ("RGBA", "TIFF")]
)
def test_should_flatten_transparency_on_white(mode: str, image_format: str) -> None:
    image = _with_alpha(mode)
    assert _difference(encoded(image, image_format), _on_white(image)) <= 1


@pytest.mark.parametrize("mode", ["La", "RGBa"])
def test_should_flatten_premultiplied_transparency(mode: str) -> None:
    image = _with_alpha({"La": "LA", "RGBa": "RGBA"}[mode])
    flat = to_rgb(averageable(image.convert(mode)))
    expected = np.asarray(_on_white(image).convert("RGB"), np.int16)
    assert np.abs(np.asarray(flat, np.int16) - expected).max() <= 3


def test_should_see_white_where_nothing_is_to_be_seen() -> None:
    hidden = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    for image_format in ("PNG", "WEBP", "TIFF", "AVIF", "GIF"):
        assert _pixels(encoded(hidden, image_format)).min() > 250


def test_should_flatten_palettes_with_transparency_by_index_and_by_bytes() -> None:
    image = picture().quantize(16)
    indexed = np.asarray(image)
    one = _pixels(encoded(image, "PNG", transparency=5))
    assert (one[indexed == 5] == 255).all()
    many = _pixels(encoded(image, "PNG", transparency=bytes([0] * 8 + [255] * 8)))
    assert (many[indexed < 8] == 255).all()
    plain = _pixels(encoded(image, "PNG"))
    assert np.array_equal(many[indexed >= 8], plain[indexed >= 8])
    gif = _pixels(encoded(image, "GIF", transparency=5))
    assert (gif == 255).all(axis=2).sum() >= (indexed == 5).sum()


def test_should_flatten_palettes_with_an_alpha_channel() -> None:
    image = picture().convert("PA")
    image.putalpha(picture(seed=1).convert("L"))
    assert _difference(encoded(image, "TIFF"), _on_white(image)) <= 1


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_should_see_a_transparent_colour_as_white(mode: str) -> None:
    colour: int | tuple[int, int, int] = (9, 8, 7) if mode == "RGB" else 0
    image = Image.new(mode, (64, 64), colour)
    image.paste((200, 100, 50) if mode == "RGB" else 255, (0, 0, 20, 64))
    whole = prepare(encoded(image, "PNG", transparency=colour)).whole
    assert whole.getpixel((40, 40)) == (255, 255, 255)


def test_should_see_a_transparent_16_bit_grey_as_white() -> None:
    image = Image.fromarray(np.full((32, 32), 4000, np.uint16))
    data = encoded(image, "PNG", transparency=4000)
    assert (_pixels(data) == 255).all()


@pytest.mark.parametrize("order", ["<u2", ">u2"])
@pytest.mark.parametrize("factor", [256, 257])
def test_should_show_16_bits_like_8(order: str, factor: int) -> None:
    values = (np.asarray(GREY).astype(np.uint16) * factor).astype(order)
    assert _difference(encoded(Image.fromarray(values), "TIFF"), GREY) == 0
    if order == "<u2":
        assert _difference(encoded(Image.fromarray(values), "PNG"), GREY) == 0


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0, 1_000_000.0])
def test_should_scale_floats_by_the_range_that_holds_them(white: float) -> None:
    values = np.asarray(GREY, np.float32) / 255 * white
    values[0, 0] = white
    expected = GREY.copy()
    expected.putpixel((0, 0), 255)
    assert _difference(encoded(Image.fromarray(values), "TIFF"), expected) <= 1


@pytest.mark.parametrize("factor", [1, 257, 60_000])
def test_should_scale_integers_by_the_range_that_holds_them(factor: int) -> None:
    values = np.asarray(GREY, np.int32) * factor
    values[0, 0] = 255 * factor
    expected = GREY.copy()
    expected.putpixel((0, 0), 255)
    assert _difference(encoded(Image.fromarray(values), "TIFF"), expected) <= 1


def test_should_show_numbers_that_are_none() -> None:
    values = np.full((32, 32), 0.5, np.float32)
    values[:8], values[8:16], values[16:24] = np.nan, np.inf, -np.inf
    rows = _pixels(encoded(Image.fromarray(values), "TIFF"))[::8, 0, 0].tolist()
    assert rows == [0, 255, 0, 128]


@pytest.mark.parametrize(
    ("lab", "rgb"),
    [
        ((255, 128, 128), (255, 255, 255)),
        ((0, 128, 128), (0, 0, 0)),
        ((138, 209, 198), (255, 0, 0)),
    ],
)
def test_should_convert_lab(lab: tuple[int, int, int], rgb: tuple[int, int, int]) -> None:
    image = Image.new("LAB", (32, 32), lab)
    assert _difference(encoded(image, "TIFF"), Image.new("RGB", (32, 32), rgb)) <= 6


def test_should_read_cmyk_jpegs_with_and_without_adobe_inversion() -> None:
    """Adobe stores ink inverted and says so with a marker; others store it as it is."""
    image = picture().convert("CMYK")
    adobe = encoded(image, "JPEG", quality=100, subsampling=0)
    marker = adobe.index(b"\xff\xee")
    plain = encoded(ImageChops.invert(image), "JPEG", quality=100, subsampling=0)
    plain = plain[:marker] + plain[marker + 16 :]
    assert b"Adobe" in adobe
    assert b"Adobe" not in plain
    assert _difference(adobe, image) <= 12
    assert _difference(plain, image) <= 12


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "I", "F", "I;16"]
)
def test_should_reduce_large_pictures_of_every_mode(mode: str) -> None:
    large = picture(1100, 1100)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(large.convert("L")).astype(np.uint16) * 257)
    else:
        image = large.convert(mode)
    whole = prepare(encoded(image, "TIFF")).whole
    expected = image if mode != "I;16" else large.convert("L")
    small = expected.convert("RGB").reduce(2)
    assert whole.size == (550, 550)
    assert np.abs(np.asarray(whole, np.int16) - np.asarray(small, np.int16)).mean() < 2


def test_should_not_change_the_bytes_it_is_given() -> None:
    data = encoded(_with_alpha(), "PNG")
    again = io.BytesIO(data).getvalue()
    prepare(data)
    assert data == again


def test_should_refuse_what_pillow_decodes_and_cannot_convert() -> None:
    """A second header makes colours by number of a picture that never had a palette."""
    header, *others = png_chunks(encoded(Image.new("L", (32, 32)), "PNG"))
    by_number = (b"IHDR", header[1][:9] + b"\3" + header[1][10:])
    data = png_of([header, by_number, *others])
    assert decode(data).image.mode == "P"
    with pytest.raises(ImageCorruptError):
        prepare(data)
