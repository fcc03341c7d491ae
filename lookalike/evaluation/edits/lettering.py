"""Fonts, phrases and blocks of text, as shops write on and around their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lookalike.evaluation.edits.geometry import BLACK, WHITE, Colour

AnyFont = ImageFont.FreeTypeFont | ImageFont.ImageFont

WORDS = (
    *("new", "sale", "cotton", "summer", "classic", "delivery", "free", "returns", "size", "soft"),
    *("organic", "today", "only", "limited", "shop", "style", "price", "collection", "regular"),
    *("fit", "wash", "cold", "colour", "brand", "outlet", "winter", "best", "seller", "basic"),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a page: ground, bars, text and buttons."""

    page: Colour
    bar: Colour
    ink: Colour
    accent: Colour


def drawn_theme(rng: np.random.Generator) -> Theme:
    """A random theme: white or light grey, one in five dark."""
    if rng.random() < 0.2:  # noqa: PLR2004 - one in five
        return Theme((24, 24, 28), (44, 44, 50), (225, 225, 225), drawn_colour(rng))
    ground = WHITE if rng.random() < 0.6 else (243, 243, 245)  # noqa: PLR2004 - most are white
    bar = drawn_colour(rng) if rng.random() < 0.5 else (235, 235, 238)  # noqa: PLR2004 - a coin
    return Theme(ground, bar, (35, 35, 35), drawn_colour(rng))


def drawn_colour(rng: np.random.Generator) -> Colour:
    """A random colour."""
    red, green, blue = (int(value) for value in rng.integers(0, 256, 3))
    return red, green, blue


def ink_on(colour: Colour) -> Colour:
    """White for dark grounds, black for light ones."""
    return WHITE if colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11 < 140 else BLACK  # noqa: PLR2004 - of 255


@lru_cache(maxsize=64)
def _font(size: int) -> AnyFont:
    return ImageFont.load_default(size=size)


def font(size: float) -> AnyFont:
    """The default font at about this height, in pixels."""
    return _font(max(4, round(size)))


def phrase(rng: np.random.Generator, words: int) -> str:
    """Random words of a shop."""
    return " ".join(str(word) for word in rng.choice(WORDS, words))


def price(rng: np.random.Generator) -> str:
    """A random price."""
    return f"$ {rng.integers(5, 250)}.{rng.integers(0, 100):02d}"


def text_block(size: tuple[int, int], theme: Theme, rng: np.random.Generator) -> Image.Image:
    """Text about a product on the page's ground: name, price, button, and lines to the bottom.

    Args:
        size: of the block, in pixels; text that does not fit is cut off.
        theme: colours of the page.
        rng: chooses the words.
    """
    block = Image.new("RGB", size, theme.page)
    draw = ImageDraw.Draw(block)
    width, height = size
    line = float(np.clip(width * 0.07, 9, 26))
    draw.text((0, 0), phrase(rng, 3).title(), theme.ink, font(line * 1.4))
    draw.text((0, line * 2.2), price(rng), theme.accent, font(line * 1.7))
    button = (0, line * 5, min(width - 1, line * 9), line * 7)
    draw.rectangle(button, fill=theme.accent)
    draw.text((line, line * 5.4), "Add to cart", ink_on(theme.accent), font(line))
    y = line * 8.2
    while y < height - line:
        draw.text((0, y), phrase(rng, int(rng.integers(3, 8))), theme.ink, font(line))
        y += line * (1.5 if rng.random() < 0.8 else 3)  # noqa: PLR2004 - one in five ends a paragraph
    return block
