"""A uniform border is found to about a pixel; what is no border stays."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from lookalike.images.borders import trim_box
from lookalike.images.preparation import prepare
from tests.images import encoded, picture

WHOLE = (0, 0, 400, 533)


def _busy(width: int = 400, height: int = 533) -> Image.Image:
    """A picture whose lines all have many colours."""
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.blend(Image.fromarray(noise), picture(width, height), 0.5)


def _recompressed(image: Image.Image) -> Image.Image:
    with Image.open(io.BytesIO(encoded(image, "JPEG", quality=85))) as opened:
        return opened.convert("RGB")


def test_should_find_no_border_where_there_is_none() -> None:
    assert trim_box(_busy()) == WHOLE


@settings(max_examples=40, deadline=None)
@given(
    border=st.tuples(*[st.integers(8, 120)] * 4),
    colour=st.tuples(*[st.integers(0, 255)] * 3),
    scale=st.sampled_from([1, 2, 3]),
)
def test_should_find_any_border_to_a_pixel(
    border: tuple[int, int, int, int], colour: tuple[int, int, int], scale: int
) -> None:
    left, top, right, bottom = (side * scale for side in border)
    inner = _busy(300 * scale, 350 * scale)
    framed = ImageOps.expand(inner, (left, top, right, bottom), fill=colour)
    expected = (left, top, left + inner.width, top + inner.height)
    assert np.abs(np.subtract(trim_box(framed), expected)).max() <= 1


@pytest.mark.parametrize("colour", ["white", "black", "#e8e4df"])
def test_should_find_a_border_in_a_jpeg(colour: str) -> None:
    """Noise against a plain colour rings by half a block; photographs by a pixel or two."""
    framed = _recompressed(ImageOps.expand(_busy(), (40, 60, 80, 100), fill=colour))
    assert np.abs(np.subtract(trim_box(framed), (40, 60, 440, 593))).max() <= 5


def test_should_find_bars_on_two_sides_of_two_colours() -> None:
    barred = Image.new("RGB", (400, 700), "black")
    barred.paste("white", (0, 600, 400, 700))
    barred.paste(_busy(400, 500), (0, 100))
    assert trim_box(barred) == (0, 100, 400, 600)


def test_should_cut_at_most_45_percent_a_side() -> None:
    image = Image.new("RGB", (1000, 1000), "white")
    image.paste(_busy(20, 20), (900, 490))
    left, top, right, bottom = trim_box(image)
    assert (left, top, bottom) == (450, 450, 550)
    assert abs(right - 920) <= 1


@pytest.mark.parametrize("size", [(16, 16), (400, 533), (700, 1000), (16, 640)])
@pytest.mark.parametrize("colour", ["white", "black", "red"])
def test_should_find_no_border_in_a_featureless_picture(size: tuple[int, int], colour: str) -> None:
    assert trim_box(Image.new("RGB", size, colour)) == (0, 0, *size)


def test_should_not_take_a_speck_for_the_end_of_a_border() -> None:
    framed = ImageOps.expand(_busy(), 50, fill="white")
    framed.putpixel((100, 20), (0, 0, 0))
    assert trim_box(framed) == (50, 50, 450, 583)


def test_should_not_take_a_gradient_for_a_border() -> None:
    ramp = np.linspace(0, 255, 533).astype(np.uint8)[:, None].repeat(400, 1)
    box = trim_box(Image.fromarray(ramp).convert("RGB"))
    assert box[1] <= 40
    assert box[3] >= 490


def test_should_tell_of_the_border_in_the_prepared_picture() -> None:
    framed = encoded(ImageOps.expand(_busy(), (30, 40), fill="white"), "PNG")
    prepared = prepare(framed)
    assert prepared.has_border
    assert prepared.trim_box == (30, 40, 430, 573)
    assert prepared.trimmed.tobytes() == _busy().tobytes()
    plain = prepare(encoded(_busy(), "PNG"))
    assert not plain.has_border
    assert plain.trimmed is plain.whole
