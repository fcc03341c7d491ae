"""Logos, banners and watermarks, as shops and portals put them on pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.geometry import BICUBIC, WHITE, Colour
from lookalike.evaluation.edits.lettering import drawn_colour, font, ink_on, phrase

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""


def logo(picture: Image.Image, area: float, rng: np.random.Generator) -> Image.Image:
    """An opaque badge with letters over this share of the area, in a corner."""
    side = round(math.sqrt(area * picture.width * picture.height))
    x, y = (int(rng.integers(2)) * (length - side) for length in picture.size)
    return _labelled(picture, (x, y, x + side, y + side), drawn_colour(rng), "SALE")


def drawn_logo(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A badge over 3 to 15 % of the area, anywhere, at least half opaque."""
    side = math.sqrt(rng.uniform(0.03, 0.15) * picture.width * picture.height)
    width = side * rng.uniform(0.8, 1.5)
    x, y = rng.uniform(0, 1, 2) * (picture.width - width, picture.height - side)
    opacity = rng.uniform(0.5, 1)
    colour, text = drawn_colour(rng), phrase(rng, 1).upper()
    return _labelled(picture, (x, y, x + width, y + side), colour, text, opacity)


def banner(picture: Image.Image, share: float, *, top: bool) -> Image.Image:
    """An opaque strip with letters over the full width."""
    height = round(picture.height * share)
    y = 0 if top else picture.height - height
    box = (0, y, picture.width, y + height)
    return _labelled(picture, box, (200, 30, 40), "-30 % NOW ONLY TODAY")


def drawn_banner(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A strip over 8 to 20 % of the height, at any height, at least half opaque."""
    height = picture.height * rng.uniform(0.08, 0.20)
    y = (picture.height - height) * rng.choice([0.0, 1.0, rng.uniform()])
    box = (0, y, picture.width, y + height)
    opacity = rng.uniform(0.5, 1)
    return _labelled(picture, box, drawn_colour(rng), phrase(rng, 4).upper(), opacity)


def watermark(picture: Image.Image, opacity: float, *, tiled: bool) -> Image.Image:
    """Half-transparent letters, once in a corner or all over."""
    size = picture.width * (0.08 if tiled else 0.06)
    rows = range(0, picture.height, round(size * 2.5))
    spots = (
        [(x, y) for y in rows for x in (0, picture.width / 2)]
        if tiled
        else [(picture.width * 0.6, picture.height * 0.92)]
    )
    layer = _writing(picture.size, "shop.example", size, spots)
    return _inked(picture, layer, WHITE, opacity)


def watermark_across(
    picture: Image.Image, opacity: float, degrees: float, text: str, colour: Colour = WHITE
) -> Image.Image:
    """Half-transparent letters once over the full width, turned about the centre."""
    size = picture.width * 1.5 / len(text)
    length = font(size).getbbox(text)[2]
    spot = ((picture.width - length) / 2, (picture.height - size) / 2)
    layer = _writing(picture.size, text, size, [spot]).rotate(degrees, BICUBIC)
    return _inked(picture, layer, colour, opacity)


def drawn_watermark(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Letters across, or tiled at any angle: 20 to 60 % opaque, of any colour."""
    text, colour = phrase(rng, 2), drawn_colour(rng)
    opacity, degrees = rng.uniform(0.2, 0.6), rng.uniform(-45, 45)
    if rng.random() < 0.5:  # noqa: PLR2004 - a coin
        return watermark_across(picture, opacity, degrees, text, colour)
    size = min(picture.size) * rng.uniform(0.04, 0.10)
    side = round(math.hypot(*picture.size))
    step = size * len(text) * 0.7
    spots = [(x, y) for y in np.arange(0, side, size * 3) for x in np.arange(-step / 2, side, step)]
    layer = _writing((side, side), text, size, spots).rotate(degrees, Image.Resampling.BILINEAR)
    x, y = ((side - length) // 2 for length in picture.size)
    window = layer.crop((x, y, x + picture.width, y + picture.height))
    return _inked(picture, window, colour, opacity)


def _labelled(
    picture: Image.Image, box: Box, colour: Colour, text: str, opacity: float = 1.0
) -> Image.Image:
    """Draw a filled box with one line of text that fits into it."""
    x, y, right, bottom = box
    covered = picture.copy()
    draw = ImageDraw.Draw(covered)
    draw.rectangle(box, fill=colour)
    size = min((bottom - y) * 0.55, (right - x) * 1.25 / len(text))
    spot = (x + (right - x) * 0.08, (y + bottom - size * 1.2) / 2)
    draw.text(spot, text, ink_on(colour), font(size))
    return Image.blend(picture, covered, opacity) if opacity < 1 else covered


def _writing(
    size: tuple[int, int], text: str, height: float, spots: Sequence[tuple[float, float]]
) -> Image.Image:
    """A greyscale layer with the text at these positions, white where there is ink."""
    layer = Image.new("L", size)
    draw = ImageDraw.Draw(layer)
    for spot in spots:
        draw.text(spot, text, 255, font(height))
    return layer


def _inked(picture: Image.Image, layer: Image.Image, colour: Colour, opacity: float) -> Image.Image:
    ink = Image.new("RGB", picture.size, colour)
    return Image.composite(ink, picture, layer.point([round(v * opacity) for v in range(256)]))
