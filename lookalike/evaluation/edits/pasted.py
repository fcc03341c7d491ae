"""Composites in which the known picture is small, turned, veiled or half hidden by another."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from lookalike.evaluation.edits.backgrounds import drawn_backdrop
from lookalike.evaluation.edits.draws import coin, one_of
from lookalike.evaluation.edits.edges import paste_with_shadow, rounded
from lookalike.evaluation.edits.geometry import BICUBIC, crop_to_area, pad
from lookalike.evaluation.edits.kinds import Joining
from lookalike.evaluation.edits.quality import LANCZOS

_MAX_TURN = 45
"""Degrees by which a pasted picture is turned."""
_CANVAS_SIDES = (560, 1080)
"""Longer side of a canvas, in pixels: a picture pasted at a quarter keeps 140 of them."""
_TILES = (
    ((0, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)),
    ((0, 0, 0.5, 1), (0.5, 0, 1, 0.5), (0.5, 0.5, 1, 1)),
    ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)),
    ((0, 0, 0.62, 0.62), (0.62, 0, 1, 0.5), (0.62, 0.5, 1, 1), (0, 0.62, 0.62, 1)),
)
"""Arrangements of three or four pictures: left, top, right and bottom as shares of the canvas."""


def pasted(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture at 25 to 60 % of another's side, anywhere on it; half of them are turned."""
    canvas = _canvas(other, rng)
    card = _card(picture, rng.uniform(0.25, 0.6) * max(canvas.size), canvas.size, rng)
    if coin(rng):
        card = card.rotate(rng.uniform(-_MAX_TURN, _MAX_TURN), BICUBIC, expand=True)
    x, y = (
        round(rng.uniform(0, 1) * max(0, room - length))
        for room, length in zip(canvas.size, card.size, strict=True)
    )
    depth = max(1.0, rng.uniform(0.005, 0.03) * max(canvas.size))
    paste_with_shadow(canvas, card, (x, y), depth, rng.uniform(0.2, 0.9) * coin(rng))
    return canvas


def blended_with(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture with an opacity of 35 to 70 % over another that fills its frame."""
    below = ImageOps.fit(other, picture.size, LANCZOS)
    return Image.blend(below, picture, rng.uniform(0.35, 0.7))


def collage_overlapping(
    picture: Image.Image, other: Image.Image, rng: np.random.Generator
) -> Image.Image:
    """Three or four cards, turned a little, that overlap by up to a fifth of their sides."""
    tiles = one_of(rng, _TILES)
    side = round(rng.uniform(*_CANVAS_SIDES))
    canvas = drawn_backdrop((side, side), rng)
    contents = _contents(picture, other, len(tiles), rng)
    for place in rng.permutation(len(tiles)).tolist():
        _lay(canvas, contents[place], tiles[place], rng)
    return canvas


def collage_blended(
    picture: Image.Image, other: Image.Image, rng: np.random.Generator
) -> Image.Image:
    """Three or four pictures that run into each other at their edges."""
    tiles = one_of(rng, _TILES)
    side = round(rng.uniform(*_CANVAS_SIDES))
    contents = _contents(picture, other, len(tiles), rng)
    canvas = ImageOps.fit(contents[0], (side, side))
    for content, tile in zip(contents, tiles, strict=True):
        left, top, right, bottom = _grown(tile, 0.04, side)
        size = (right - left, bottom - top)
        canvas.paste(_fitted(content, size), (left, top), _soft_mask(size, 0.06 * side))
    return canvas


PASTED: dict[str, Joining] = {
    "pasted": pasted,
    "blended": blended_with,
    "collage_overlapping": collage_overlapping,
    "collage_blended": collage_blended,
}
"""Composites without clean seams, by name."""

_Tile = tuple[float, float, float, float]


def _canvas(other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The other picture at a drawn size, or, one in five, a drawn backdrop."""
    factor = rng.uniform(*_CANVAS_SIDES) / max(other.size)
    width, height = (max(64, round(length * factor)) for length in other.size)
    if coin(rng, 0.2):
        return drawn_backdrop((width, height), rng)
    return other.resize((width, height), LANCZOS)


def _card(
    picture: Image.Image, side: float, room: tuple[int, int], rng: np.random.Generator
) -> Image.Image:
    """The picture at this longer side, or as large as there is room; some have a border."""
    fits = min(room[0] / picture.width, room[1] / picture.height)
    factor = min(side / max(picture.size), fits)
    width, height = (max(1, round(length * factor)) for length in picture.size)
    card = picture.resize((width, height), LANCZOS)
    if coin(rng, 0.2):
        card = pad(card, rng.uniform(0.01, 0.05), (255, 255, 255))
    return rounded(card, rng.uniform(0.03, 0.2) * min(card.size) if coin(rng, 0.4) else 0)


def _contents(
    picture: Image.Image, other: Image.Image, number: int, rng: np.random.Generator
) -> list[Image.Image]:
    """The picture at a random place among parts of the other one."""
    contents = [_part(other, rng) for _ in range(number)]
    contents[int(rng.integers(number))] = picture
    return contents


def _part(other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A window of 40 to 90 % of the area, half of them mirrored."""
    part = crop_to_area(other, rng.uniform(0.4, 0.9), rng)
    return ImageOps.mirror(part) if coin(rng) else part


def _grown(tile: _Tile, share: float, side: int) -> tuple[int, int, int, int]:
    """A tile in pixels, larger on each side by a share of the canvas, within the canvas."""
    left, top, right, bottom = (
        round(min(1, max(0, edge + sign * share)) * side)
        for edge, sign in zip(tile, (-1, -1, 1, 1), strict=True)
    )
    return left, top, right, bottom


def _fitted(content: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The content in a tile: cropped to its shape."""
    return ImageOps.fit(content, size, LANCZOS)


def _soft_mask(size: tuple[int, int], edge: float) -> Image.Image:
    """Opacity that falls to nothing over the outer pixels."""
    margin = min(round(edge), math.floor(min(size) / 4))
    mask = Image.new("L", size)
    mask.paste(255, (margin, margin, size[0] - margin, size[1] - margin))
    return mask.filter(ImageFilter.BoxBlur(margin))


def _lay(canvas: Image.Image, content: Image.Image, tile: _Tile, rng: np.random.Generator) -> None:
    """Lay a card over its tile and up to a tenth beyond, turned by up to 12 degrees."""
    left, top, right, bottom = _grown(tile, rng.uniform(-0.02, 0.08), canvas.width)
    size = (right - left, bottom - top)
    card = ImageOps.contain(content, size, LANCZOS) if coin(rng) else _fitted(content, size)
    if coin(rng):
        card = pad(card, rng.uniform(0.01, 0.04), (255, 255, 255))
    whole = rounded(card, 0).rotate(rng.uniform(-12, 12), BICUBIC, expand=True)
    corner = ((left + right - whole.width) // 2, (top + bottom - whole.height) // 2)
    paste_with_shadow(canvas, whole, corner, 0.01 * canvas.width, rng.uniform(0, 0.7))
