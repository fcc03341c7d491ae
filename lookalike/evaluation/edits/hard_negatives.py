"""Pictures of different products that have something in common: never copies of each other."""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.backgrounds import Mask, feathered, foreground
from lookalike.evaluation.edits.cards import CARD_PAIRS
from lookalike.evaluation.edits.geometry import WHITE, frame
from lookalike.evaluation.edits.kinds import Change, Pairing
from lookalike.evaluation.edits.lettering import (
    drawn_colour,
    drawn_theme,
    font,
    ink_on,
    phrase,
    text_block,
)
from lookalike.evaluation.edits.overlays import drawn_banner, drawn_logo
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.edits.quality import LANCZOS, noise

_FILLED_SIDE = 160
"""Longer side, in pixels, at which the background behind a removed foreground is inpainted."""
_MIN_IN_FRONT = 0.30
"""Share of the picture that another product covers in front of a shared backdrop."""
_WINDOW = (0.68, 0.68)
"""Share of a template's width and height that the picture takes: 46 % of the area."""


def shared_backdrop(
    stored: Image.Image, other: Image.Image, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """The other product in front of the stored picture's background, in place of its product.

    It covers at least 30 % of the picture, as far as it fits; with less, the query would be the
    stored picture with a sticker.
    """
    mask, front = foreground(stored), foreground(other)
    backdrop = noise(_without_foreground(stored, mask), 2, rng)
    cut = _box(front)
    size = _size_in_front(stored.size, mask, front)
    product = other.crop(cut).resize(size, LANCZOS)
    opacity = feathered(front).crop(cut).resize(size, LANCZOS)
    left, top, right, bottom = _box(mask)
    corner = (
        min(max(0, (left + right - size[0]) // 2), stored.width - size[0]),
        min(max(0, (top + bottom - size[1]) // 2), stored.height - size[1]),
    )
    backdrop.paste(product, corner, opacity)
    return stored, backdrop


def size_chart_beside(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture on 45 to 65 % of a canvas of its size, with a size chart beside or below it."""
    share = rng.uniform(0.45, 0.65)
    width, height = picture.size
    page = Image.new("RGB", picture.size, WHITE)
    if rng.random() < 0.5:  # noqa: PLR2004 - a coin
        edge = round(width * share)
        page.paste(ImageOps.fit(picture, (edge, height)), (0, 0))
        page.paste(_size_chart((width - edge, height), rng), (edge, 0))
    else:
        edge = round(height * share)
        page.paste(ImageOps.fit(picture, (width, edge)), (0, 0))
        page.paste(_size_chart((width, height - edge), rng), (0, edge))
    return page


def in_template(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture in the window of a shop's template, with text above and prices beside it."""
    theme = drawn_theme(rng)
    width, height = picture.size
    page = Image.new("RGB", picture.size, theme.page)
    window = ImageOps.fit(picture, (round(width * _WINDOW[0]), round(height * _WINDOW[1])))
    x, y = round(width * 0.03), height - window.height - round(height * 0.03)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, width, y * 0.45), fill=theme.bar)
    draw.text((x, y * 0.1), phrase(rng, 2).upper(), ink_on(theme.bar), font(y * 0.25))
    draw.text((x, y * 0.52), phrase(rng, 4).title(), theme.ink, font(y * 0.16))
    draw.text((x, y * 0.75), phrase(rng, 5), theme.ink, font(y * 0.12))
    column = (width - window.width - 3 * x, window.height)
    page.paste(text_block(column, theme, rng), (window.width + 2 * x, y))
    page.paste(window, (x, y))
    return page


def wide_frame(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A border of 8 to 22 % of the sides, with text at the top."""
    colour = drawn_colour(rng)
    left, top, right, bottom = (float(share) for share in rng.uniform(0.08, 0.22, 4))
    framed = frame(picture, (left, top, right, bottom), colour)
    size = top * picture.height * 0.5
    spot = (left * picture.width, size * 0.4)
    ImageDraw.Draw(framed).text(spot, phrase(rng, 2).upper(), ink_on(colour), font(size))
    return framed


def _both(decorate: Change) -> Pairing:
    """Make the same addition to both pictures, the other one cropped to the size of the first."""

    def pair(
        stored: Image.Image, other: Image.Image, rng: np.random.Generator
    ) -> tuple[Image.Image, Image.Image]:
        seed = int(rng.integers(2**31))
        fitted = ImageOps.fit(other, stored.size)
        first, second = (
            decorate(picture, np.random.default_rng(seed)) for picture in (stored, fitted)
        )
        return first, second

    return pair


HARD_NEGATIVES: dict[str, Pairing] = {
    "shared_backdrop": shared_backdrop,
    "shared_banner": _both(drawn_banner),
    "shared_logo": _both(drawn_logo),
    "shared_frame": _both(wide_frame),
    "shared_size_chart": _both(size_chart_beside),
    "shared_template": _both(in_template),
    **CARD_PAIRS,
    **PRODUCT_PAIRS,
}
"""By what the pictures share, or by what differs between two products in one photograph.

Each turns two pictures into one for the catalogue and one to ask about, of the same size. They show
different products: those of the two pictures, or two that differ in a print or a label.
"""


def _box(mask: Mask) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the true part."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _size_in_front(canvas: tuple[int, int], removed: Mask, front: Mask) -> tuple[int, int]:
    """Size of the new box: it covers the removed box and the minimal area, within the canvas."""
    old, new = (
        np.array([right - left, bottom - top], float)
        for left, top, right, bottom in (_box(removed), _box(front))
    )
    enough = math.sqrt(_MIN_IN_FRONT * canvas[0] * canvas[1] / int(front.sum()))
    factor = min(max(*(old / new), enough), *(canvas / new))
    width, height = np.maximum(1, np.floor(new * factor)).astype(int)
    return int(width), int(height)


def _without_foreground(picture: Image.Image, mask: Mask) -> Image.Image:
    """The background, inpainted behind the foreground."""
    small = picture.copy()
    small.thumbnail((_FILLED_SIDE, _FILLED_SIDE))
    grown = Image.fromarray(mask.astype(np.uint8) * 255).resize(small.size)
    hidden = cv2.dilate((np.asarray(grown) > 0).astype(np.uint8), np.ones((5, 5), np.uint8))
    filled = cv2.inpaint(np.asarray(small), hidden, 4, cv2.INPAINT_TELEA)
    opacity = Image.fromarray(hidden * 255).resize(picture.size)
    return Image.composite(Image.fromarray(filled).resize(picture.size, LANCZOS), picture, opacity)


def _size_chart(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """A chart of sizes on white."""
    chart = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(chart)
    names = ("Size", "S", "M", "L", "XL")
    width, row = size[0] / len(names), size[1] / int(rng.integers(6, 11))
    draw.rectangle((0, row, size[0], 2 * row), fill=drawn_colour(rng))
    text = min(row * 0.5, width * 0.3)
    draw.text((width * 0.2, row * 0.2), phrase(rng, 2).upper(), (30, 30, 30), font(text * 1.2))
    for number, y in enumerate(np.arange(row, size[1], row)):
        draw.line((0, y, size[0], y), (150, 150, 150))
        cells = names if number == 0 else (phrase(rng, 1), *map(str, rng.integers(30, 120, 4)))
        for column, cell in enumerate(cells):
            draw.text((width * (column + 0.1), y + row * 0.2), cell, (30, 30, 30), font(text))
    return chart
