"""Pictures of two products in one shop's card or phone page, with much in common around them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.backgrounds import drawn_backdrop
from lookalike.evaluation.edits.draws import coin
from lookalike.evaluation.edits.edges import paste_with_shadow, rounded
from lookalike.evaluation.edits.kinds import Pairing
from lookalike.evaluation.edits.lettering import (
    Theme,
    drawn_colour,
    drawn_theme,
    font,
    ink_on,
    phrase,
    text_block,
)
from lookalike.evaluation.edits.quality import LANCZOS
from lookalike.evaluation.edits.shapes import drawn_shape

_SIDES = (420, 900)
"""Longer side of a page, in pixels."""
_WINDOW_AREA = (0.2, 0.6)
"""Share of the page that the picture's window takes."""


class _Layout(NamedTuple):
    """What two cards share: a seed of all drawing, the page's size and the picture's window."""

    seed: int
    size: tuple[int, int]
    window: tuple[int, int, int, int]


def shared_card(
    stored: Image.Image, other: Image.Image, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """Two pictures in a card with a header, text, buttons and a sticker.

    Half of the pairs share every word, the others the layout, and have words of their own.
    """
    return _pair(stored, other, rng, aspect=rng.uniform(0.7, 1.5))


def shared_phone(
    stored: Image.Image, other: Image.Image, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """The same on an upright screen."""
    return _pair(stored, other, rng, aspect=rng.uniform(0.46, 0.6))


CARD_PAIRS: dict[str, Pairing] = {"shared_card": shared_card, "shared_phone": shared_phone}
"""Pairs of two products in one page, by its kind."""


def _pair(
    stored: Image.Image, other: Image.Image, rng: np.random.Generator, aspect: float
) -> tuple[Image.Image, Image.Image]:
    layout = _drawn_layout(aspect, rng)
    words = int(rng.integers(2**31))
    second = words if coin(rng) else words + 1
    return _card(stored, layout, words), _card(other, layout, second)


def _drawn_layout(aspect: float, rng: np.random.Generator) -> _Layout:
    side = rng.uniform(*_SIDES)
    width, height = round(side * min(1, aspect)), round(side * min(1, 1 / aspect))
    area = rng.uniform(*_WINDOW_AREA)
    wide = rng.uniform(max(area / 0.75, 0.45), 0.94)
    high = area / wide
    left = round(width * rng.uniform(0.03, 0.97 - wide)) if wide < 0.94 else 0  # noqa: PLR2004 - all
    top = round(height * rng.uniform(0.1, 0.9 - high) if high < 0.8 else height * 0.1)  # noqa: PLR2004 - room
    window = (left, top, left + round(width * wide), top + round(height * high))
    return _Layout(int(rng.integers(2**31)), (width, height), window)


def _card(picture: Image.Image, layout: _Layout, words: int) -> Image.Image:
    """The page with the picture in its window."""
    fixed, own = np.random.default_rng(layout.seed), np.random.default_rng(words)
    theme = drawn_theme(fixed)
    page = Image.new("RGB", layout.size, theme.page)
    if coin(fixed, 0.4):
        page = Image.blend(drawn_backdrop(layout.size, fixed), page, fixed.uniform(0.1, 0.7))
    _header(page, layout, theme, fixed)
    _text(page, layout, theme, own)
    _show(page, picture, layout, fixed)
    _stickers(page, layout, fixed)
    return page


def _header(page: Image.Image, layout: _Layout, theme: Theme, fixed: np.random.Generator) -> None:
    """A bar with the shop's name and menu above, and half the time a bar of buttons below."""
    draw, height = ImageDraw.Draw(page), page.height * fixed.uniform(0.05, 0.09)
    draw.rectangle((0, 0, page.width, height), theme.bar)
    size = min(height * 0.5, page.width * 0.06)
    ink = ink_on(theme.bar)
    draw.text((page.width * 0.04, height * 0.25), phrase(fixed, 1).upper(), ink, font(size))
    for place in (0.5, 0.65, 0.8):
        draw.text((page.width * place, height * 0.3), phrase(fixed, 1), ink, font(size * 0.7))
    if coin(fixed):
        top = max(page.height * 0.93, layout.window[3])
        draw.rectangle((0, top, page.width, page.height), drawn_colour(fixed))


def _text(page: Image.Image, layout: _Layout, theme: Theme, own: np.random.Generator) -> None:
    """Name, price, button and lines below the window, or beside it if there is more room."""
    left, top, right, bottom = layout.window
    margin = max(4, page.width // 40)
    below = (margin, bottom + margin, page.width - margin, round(page.height * 0.92))
    beside = (right + margin, top, page.width - margin, bottom)
    before = (margin, top, left - margin, bottom)
    box = max((below, beside, before), key=_area)
    if _area(box) > 0:
        page.paste(text_block((box[2] - box[0], box[3] - box[1]), theme, own), box[:2])


def _area(box: tuple[int, int, int, int]) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def _show(
    page: Image.Image, picture: Image.Image, layout: _Layout, fixed: np.random.Generator
) -> None:
    """Paste the picture: covering its window, or whole on white."""
    left, top, right, bottom = layout.window
    size = (right - left, bottom - top)
    covers = coin(fixed, 0.6)
    shown = (
        ImageOps.fit(picture, size, LANCZOS)
        if covers
        else ImageOps.pad(picture, size, LANCZOS, "white")
    )
    card = rounded(shown, fixed.uniform(0, 0.08) * min(size) * coin(fixed))
    shade = fixed.uniform(0.1, 0.6) * coin(fixed)
    paste_with_shadow(page, card, (left, top), 0.01 * page.width, shade)


def _stickers(page: Image.Image, layout: _Layout, fixed: np.random.Generator) -> None:
    """Up to two badges or price bursts at the window's edges."""
    left, top, right, bottom = layout.window
    for _ in range(int(fixed.integers(0, 3))):
        side = math.sqrt((right - left) * (bottom - top)) * fixed.uniform(0.1, 0.25)
        sticker = drawn_shape(side, fixed)
        x = round(fixed.choice([left, right - side]))
        y = round(fixed.choice([top, bottom - side]))
        page.paste(sticker.convert("RGB"), (x, y), sticker.getchannel("A"))
