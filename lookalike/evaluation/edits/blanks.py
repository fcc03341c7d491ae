"""Blank pictures, as shops have where a photograph is missing: colours, shades, words and cards.

None of them shows a product, so none should match another one. ``blank`` draws one from a seed and
returns its file, lossless or as JPEG or WebP of a quality from 30 on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.geometry import WHITE, Colour
from lookalike.evaluation.edits.kinds import Blank
from lookalike.evaluation.edits.lettering import WORDS, drawn_colour, font, ink_on
from lookalike.evaluation.edits.quality import encode, noise

MIN_SIDE, MAX_SIDE = 200, 900
"""Pixels of both sides."""
MIN_LETTERS, MAX_LETTERS = 0.06, 0.25
"""Height of letters as a share of the shorter side."""
MIN_LEGIBLE = 40
"""Luminance by which ink differs from its ground at least."""
_PHRASES = ("No image", "No image available", "Coming soon", "Image not available", "No photo")
_GREY = ((238, 238, 238), (245, 245, 245), (204, 204, 204), (221, 221, 221))
_ENCODINGS = ("PNG", "JPEG", "JPEG", "WEBP")


def blank(name: str, seed: int) -> bytes:
    """The image file of a blank picture; the same name and seed give the same file.

    Args:
        name: of ``BLANKS`` or ``FILLED``.
        seed: of all random choices.

    Raises:
        KeyError: there is no blank of this name.
    """
    rng = np.random.default_rng(seed)
    picture = (BLANKS | FILLED)[name](rng)
    return encode(picture, int(rng.integers(30, 96)), str(rng.choice(_ENCODINGS)))


def one_colour(rng: np.random.Generator) -> Image.Image:
    """White, black or any one colour."""
    return Image.new("RGB", _drawn_size(rng), _drawn_ground(rng))


def grainy_colour(rng: np.random.Generator) -> Image.Image:
    """One colour with the noise of a sensor, up to 12 levels."""
    return noise(one_colour(rng), rng.uniform(1, 12), rng)


def linear_shade(rng: np.random.Generator) -> Image.Image:
    """From one colour to another, at any angle."""
    width, height = _drawn_size(rng)
    y, x = np.mgrid[0:height, 0:width]
    angle = rng.uniform(0, 2 * math.pi)
    return _shaded(x * math.cos(angle) + y * math.sin(angle), rng)


def radial_shade(rng: np.random.Generator) -> Image.Image:
    """From one colour, anywhere in the picture, outwards to another; straight or as a spotlight."""
    width, height = _drawn_size(rng)
    y, x = np.mgrid[0:height, 0:width]
    centre = rng.uniform(0.2, 0.8, 2)
    distance = np.hypot(x / width - centre[0], y / height - centre[1])
    spotlight = -np.exp(-((distance / rng.uniform(0.2, 0.6)) ** 2))
    return _shaded(distance if rng.random() < 0.5 else spotlight, rng)  # noqa: PLR2004 - a coin


def word_card(rng: np.random.Generator) -> Image.Image:
    """A lone word, thin to thick, on one colour."""
    picture = Image.new("RGB", _drawn_size(rng), _drawn_ground(rng))
    text = str(rng.choice([*WORDS, *_PHRASES]))
    _write(picture, str(rng.choice([text, text.upper(), text.title()])), rng)
    return picture


def outlined_logo(rng: np.random.Generator) -> Image.Image:
    """A word with lines, a ring or a frame around it."""
    picture = Image.new("RGB", _drawn_size(rng), _drawn_ground(rng))
    ink = _drawn_ink(picture, rng)
    box = _write(picture, str(rng.choice(WORDS)).upper(), rng, ink)
    gap = 0.04 * min(picture.size)
    left, top, right, bottom = box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap
    width = max(1, round(min(picture.size) * rng.uniform(0.004, 0.02)))
    draw = ImageDraw.Draw(picture)
    kind = rng.integers(3)
    if kind == 0:
        draw.rectangle((left, top, right, bottom), outline=ink, width=width)
    elif kind == 1:
        draw.ellipse((left, top - gap, right, bottom + gap), outline=ink, width=width)
    else:
        for y in (top, bottom):
            draw.line((left, y, right, y), ink, width)
    return picture


def placeholder_card(rng: np.random.Generator) -> Image.Image:
    """The words that there is no picture, below a little camera."""
    ground = _GREY[int(rng.integers(len(_GREY)))] if rng.random() < 0.7 else _drawn_ground(rng)  # noqa: PLR2004 - most are grey
    picture = Image.new("RGB", _drawn_size(rng), ground)
    ink = _drawn_ink(picture, rng)
    _camera(picture, min(picture.size) * rng.uniform(0.08, 0.16), ground, ink)
    text = str(rng.choice(_PHRASES))
    height = _fitting(text, picture, rng.uniform(0.05, 0.1))
    spot = (picture.width / 2, picture.height * 0.62)
    ImageDraw.Draw(picture).text(spot, text, ink, font(height), anchor="mm")
    return picture


def filled_logo(rng: np.random.Generator) -> Image.Image:
    """A word on a filled disc or box of another colour."""
    picture = Image.new("RGB", _drawn_size(rng), _drawn_ground(rng))
    ink = _drawn_ink(picture, rng)
    width, height = picture.size
    x, y = width * rng.uniform(0.15, 0.35), height * rng.uniform(0.15, 0.35)
    draw = ImageDraw.Draw(picture)
    shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle  # noqa: PLR2004 - a coin
    shape((x, y, width - x, height - y), fill=ink)
    text = str(rng.choice(WORDS)).upper()
    size = _fitting(text, picture, 0.12)
    draw.text((width / 2, height / 2), text, ink_on(ink), font(size), anchor="mm")
    return picture


BLANKS: dict[str, Blank] = {
    drawn.__name__: drawn
    for drawn in (
        *(one_colour, grainy_colour, linear_shade, radial_shade),
        *(word_card, outlined_logo, placeholder_card),
    )
}
"""Pictures that show nothing to hold a match against, by name."""
FILLED: dict[str, Blank] = {"filled_logo": filled_logo}
"""Pictures with an outline as a product has one: they cannot be told from a plain product."""


def _drawn_size(rng: np.random.Generator) -> tuple[int, int]:
    width = int(rng.integers(MIN_SIDE, MAX_SIDE + 1))
    height = width * math.exp(rng.uniform(-0.4, 0.4))
    return width, int(np.clip(height, MIN_SIDE, MAX_SIDE))


def _drawn_ground(rng: np.random.Generator) -> Colour:
    """White in every third picture."""
    return (WHITE, drawn_colour(rng), drawn_colour(rng))[int(rng.integers(3))]


def _drawn_ink(picture: Image.Image, rng: np.random.Generator) -> Colour:
    """A random colour that is legible on the picture's ground; one in three black or white."""
    red, green, blue = (int(level) for level in np.asarray(picture)[0, 0])
    ground, ink = (red, green, blue), drawn_colour(rng)
    if rng.random() < 1 / 3 or abs(_luminance(ink) - _luminance(ground)) < MIN_LEGIBLE:
        return ink_on(ground)
    return ink


def _luminance(colour: Colour) -> float:
    return colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11


def _shaded(values: NDArray[np.float64], rng: np.random.Generator) -> Image.Image:
    """Two random colours, mixed by values of any range, shape (height, width)."""
    share = (values - values.min()) / max(float(np.ptp(values)), 1e-9)
    first, second = np.array([_drawn_ground(rng), drawn_colour(rng)], float)
    levels = first + share[..., None] * (second - first)
    return Image.fromarray(np.rint(levels).astype(np.uint8))


def _fitting(text: str, picture: Image.Image, share: float) -> float:
    """The height of letters, at most this share of the short side, at which a text fits."""
    height = share * min(picture.size)
    length = font(100).getlength(text) / 100
    return min(height, 0.9 * picture.width / length)


def _write(
    picture: Image.Image, text: str, rng: np.random.Generator, ink: Colour | None = None
) -> tuple[float, float, float, float]:
    """Write a text of random height and weight near the middle; returns its box in pixels."""
    colour = ink or _drawn_ink(picture, rng)
    # Capitals are about .7 of a font's height.
    size = _fitting(text, picture, rng.uniform(MIN_LETTERS, MAX_LETTERS) / 0.7)
    stroke = round(size * rng.choice([0, 0, 0.02, 0.05]))
    spot = picture.width / 2, picture.height * rng.uniform(0.35, 0.65)
    draw = ImageDraw.Draw(picture)
    draw.text(spot, text, colour, font(size), anchor="mm", stroke_width=stroke)
    return draw.textbbox(spot, text, font(size), anchor="mm", stroke_width=stroke)


def _camera(picture: Image.Image, side: float, ground: Colour, ink: Colour) -> None:
    """A camera of this width, in pixels: a box with a lens."""
    x, y = picture.width / 2, picture.height * 0.45
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((x - side / 2, y - side / 3, x + side / 2, y + side / 3), side / 10, ink)
    for radius, colour in ((0.22, ground), (0.14, ink)):
        lens = radius * side
        draw.ellipse((x - lens, y - lens, x + lens, y + lens), colour)
