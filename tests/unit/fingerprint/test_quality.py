"""Pictures that show too little are told from photographs, edited or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from lookalike.evaluation.edits import CHAINS, EDITS, apply
from lookalike.fingerprint.quality import quality
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.pictures import FEATURELESS_BELOW
from tests.images import encoded

Shade = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
SIZES = ((200, 200), (400, 533), (800, 600))
WORDS = ("SALE", "Coming soon", "COMING SOON", "Image not available")
NEUTRAL = (("white", "black"), ("black", "white"), ("#eee", "#999"), ("#f5f0e6", "#333"))
COLOURED = (("red", "white"), ("navy", "gold"))
SHADES: dict[str, Shade] = {
    "left to right": lambda x, _: x,
    "top to bottom": lambda _, y: y,
    "diagonal": lambda x, y: (x + y) / 2,
    "radial": lambda x, y: np.hypot(x - 0.5, y - 0.5) * 1.4,
    "spotlight": lambda x, y: np.exp(-20 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)),
}
ENCODINGS: dict[str, dict[str, int]] = {"PNG": {}, "JPEG": {"quality": 90}}


def _quality_of(image: Image.Image, image_format: str = "PNG", **options: int) -> int:
    return quality(prepare(encoded(image, image_format, **options)).whole)


def _card(word: str, size: tuple[int, int], width: float, colours: tuple[str, str]) -> Image.Image:
    """A word over this share of the width, in the middle of a plain ground."""
    ground, ink = colours
    card = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(card)
    length = draw.textlength(word, font=ImageFont.load_default(size=100))
    font = ImageFont.load_default(size=min(100 * width * size[0] / length, size[1] / 2))
    draw.text((size[0] / 2, size[1] / 2), word, ink, font, anchor="mm")
    return card


def _shaded(shade: Shade, size: tuple[int, int], dark: str, light: str) -> Image.Image:
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    share = np.clip(shade(x / size[0], y / size[1]), 0, 1) * 255
    mask = Image.fromarray(share.astype(np.uint8))
    return Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, dark), mask)


@pytest.mark.parametrize("colour", ["white", "black", "grey", "red", "#e8e4df"])
@pytest.mark.parametrize("image_format", ENCODINGS)
def test_should_find_nothing_in_one_colour(colour: str, image_format: str) -> None:
    for size in SIZES:
        plain = Image.new("RGB", size, colour)
        assert _quality_of(plain, image_format, **ENCODINGS[image_format]) == 0


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("image_format", ENCODINGS)
def test_should_find_too_little_in_a_gradient(shade: str, image_format: str) -> None:
    for size in SIZES:
        for dark, light in (("black", "white"), ("navy", "orange")):
            image = _shaded(SHADES[shade], size, dark, light)
            assert _quality_of(image, image_format, **ENCODINGS[image_format]) < FEATURELESS_BELOW


@pytest.mark.parametrize("colours", NEUTRAL, ids="/".join)
@pytest.mark.parametrize("image_format", ENCODINGS)
def test_should_find_too_little_in_a_card_with_a_word(
    colours: tuple[str, str], image_format: str
) -> None:
    for word in WORDS:
        for size in SIZES:
            for width in (0.3, 0.7):
                card = _card(word, size, width, colours)
                found = _quality_of(card, image_format, **ENCODINGS[image_format])
                assert found < FEATURELESS_BELOW, (word, size, width)


@pytest.mark.parametrize("colours", COLOURED, ids="/".join)
def test_should_find_too_little_in_a_coloured_card_with_a_word(colours: tuple[str, str]) -> None:
    for word in WORDS:
        for size in SIZES:
            for width in (0.3, 0.7):
                card = _card(word, size, width, colours)
                assert _quality_of(card) < FEATURELESS_BELOW, (word, size, width)


@pytest.mark.parametrize("colours", COLOURED, ids="/".join)
def test_should_find_too_little_in_a_coloured_card_in_a_jpeg(colours: tuple[str, str]) -> None:
    """Of 400 pixels and more; on smaller ones JPEG smears much colour around the letters."""
    for word in WORDS:
        for size in SIZES[1:]:
            for width in (0.3, 0.7):
                card = _card(word, size, width, colours)
                found = _quality_of(card, "JPEG", quality=90)
                assert found < FEATURELESS_BELOW, (word, size, width)


@pytest.mark.parametrize("ends", [((40, 300), (560, 300)), ((40, 260), (560, 380))])
@pytest.mark.parametrize("thickness", [6, 24])
def test_should_find_enough_in_a_rod(ends: tuple[tuple[int, int], ...], thickness: int) -> None:
    for colours in (*NEUTRAL, *COLOURED):
        rod = Image.new("RGB", (600, 600), colours[0])
        ImageDraw.Draw(rod).line(ends, colours[1], thickness)
        assert _quality_of(rod) >= FEATURELESS_BELOW, colours


def test_should_find_enough_in_a_shelf_on_brackets() -> None:
    shelf = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(shelf)
    draw.rectangle((40, 250, 560, 270), "black")
    for x in (120, 460):
        draw.polygon(((x, 270), (x + 40, 270), (x, 340)), outline="black", width=6)
    assert _quality_of(shelf) >= FEATURELESS_BELOW


@pytest.mark.parametrize("thickness", [2, 6])
def test_should_find_too_little_in_a_word_between_lines(thickness: int) -> None:
    for word in WORDS:
        card = _card(word, (800, 600), 0.7, ("white", "black"))
        draw = ImageDraw.Draw(card)
        for y in (240, 360):
            draw.line((120, y, 680, y), "black", thickness)
        assert _quality_of(card) < FEATURELESS_BELOW, word


@pytest.mark.parametrize("letter", ["I", "l", "T", "L", "7", "-", "=", "•"])
def test_should_find_too_little_in_a_lone_letter(letter: str) -> None:
    for height in (40, 80, 120):
        card = Image.new("RGB", (400, 400), "white")
        font = ImageFont.load_default(size=height)
        ImageDraw.Draw(card).text((200, 200), letter, "black", font, anchor="mm", stroke_width=1)
        assert _quality_of(card) < FEATURELESS_BELOW, height


def test_should_find_too_little_in_a_small_box() -> None:
    for side in (60, 80, 90):
        card = Image.new("RGB", (600, 600), "white")
        ImageDraw.Draw(card).rectangle((260, 260, 260 + side, 260 + side), "navy")
        assert _quality_of(card) < FEATURELESS_BELOW, side


def test_should_find_enough_in_every_sample_picture(
    prepared_samples: Mapping[str, PreparedPicture],
) -> None:
    """With much to spare: the lowest has 84."""
    lowest = min(quality(prepared.whole) for prepared in prepared_samples.values())
    assert lowest >= FEATURELESS_BELOW + 20


@pytest.mark.parametrize("name", [*EDITS, *CHAINS])
def test_should_find_enough_in_an_edited_photograph(
    name: str, sample_pictures: tuple[Path, ...]
) -> None:
    """Of the whole sample, two in ten thousand show too little: close crops."""
    for seed, path in enumerate(sample_pictures[::50]):
        with Image.open(path) as photo:
            edited = apply(name, photo.convert("RGB"), seed)
        assert quality(prepare(edited).whole) >= FEATURELESS_BELOW


def test_should_stay_between_0_and_100(sample_pictures: tuple[Path, ...]) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    mosaic = Image.fromarray(colours).resize((300, 300), Image.Resampling.NEAREST)
    speck = Image.new("RGB", (400, 400), "white")
    speck.putpixel((200, 200), (0, 0, 0))
    assert quality(mosaic) == 100
    assert quality(speck) == 0
    assert 0 <= quality(Image.open(sample_pictures[0]).convert("RGB")) <= 100


def test_should_hardly_depend_on_the_size_of_a_photograph(
    sample_pictures: tuple[Path, ...],
) -> None:
    for path in sample_pictures[::40]:
        photo = Image.open(path).convert("RGB")
        doubled = photo.resize((2 * photo.width, 2 * photo.height), Image.Resampling.LANCZOS)
        assert abs(quality(photo) - quality(doubled)) <= 4
