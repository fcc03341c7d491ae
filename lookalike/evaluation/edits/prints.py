"""Puts prints and labels on a product, so that they follow its folds, its light and its grain."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.backgrounds import Mask, foreground
from lookalike.evaluation.edits.draws import coin, drawn_ground, one_of
from lookalike.evaluation.edits.edges import rounded
from lookalike.evaluation.edits.garments import regions
from lookalike.evaluation.edits.geometry import crop_to_area
from lookalike.evaluation.edits.lettering import drawn_colour, font, phrase
from lookalike.evaluation.edits.levels import Floats, levels_of, picture_of
from lookalike.evaluation.edits.quality import LANCZOS
from lookalike.evaluation.edits.shapes import drawn_face, drawn_shape

_FOLD_SIDE = 0.02
"""Share of the longer side over which the slopes of folds are averaged."""
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)


class Surface(NamedTuple):
    """How a product takes light.

    Attributes:
        folds: share of the longer side over which light is averaged.
        light: smallest and largest light over its median.
        grain: largest difference from the smooth picture that shows through, in levels.
    """

    folds: float
    light: tuple[float, float]
    grain: float


CLOTH = Surface(0.005, (0.25, 1.5), 16)
CARTON = Surface(0.06, (0.6, 1.25), 4)
"""What is printed on a carton already must not show through, so its light is nearly even."""


class Place(NamedTuple):
    """Where a print is put.

    Attributes:
        box: left, top, right and bottom in pixels; it may reach over the picture's edges.
        degrees: by which the print is turned.
        bend: how strongly it follows folds, in pixels.
        seed: of its waves.
    """

    box: tuple[int, int, int, int]
    degrees: float
    bend: float
    seed: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the box, in pixels."""
        left, top, right, bottom = self.box
        return right - left, bottom - top


def product_mask(picture: Image.Image) -> Mask:
    """The largest region of one colour without skin, or the whole foreground without one."""
    found = regions(picture)
    if not found:
        return foreground(picture)
    coarse = Image.fromarray(found[0].mask.astype(np.uint8) * 255)
    return np.asarray(coarse.resize(picture.size, Image.Resampling.BICUBIC)) > 127  # noqa: PLR2004 - half


def box_of(mask: Mask) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the true part."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def drawn_place(mask: Mask, rng: np.random.Generator) -> Place:
    """A place of 8 to 35 % of the product's box, where the product is widest."""
    left, top, right, bottom = box_of(mask)
    area = rng.uniform(0.08, 0.35) * (right - left) * (bottom - top)
    width = math.sqrt(area) * rng.uniform(0.8, 1.25)
    x, y = _widest(mask)
    x, y = x + rng.normal(0, 0.05) * (right - left), y + rng.normal(0, 0.05) * (bottom - top)
    corner = (round(x - width / 2), round(y - area / width / 2))
    box = (*corner, corner[0] + max(8, round(width)), corner[1] + max(8, round(area / width)))
    bend = rng.uniform(0.004, 0.012) * max(mask.shape)
    return Place(box, rng.normal(0, 3), bend, int(rng.integers(2**31)))


def drawn_print(size: tuple[int, int], other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A print in RGBA: part of another picture, a figure, a slogan, or several of them."""
    return one_of(rng, (_photo, _photo, _figure, _slogan, _figure_and_slogan))(size, other, rng)


def printed(
    picture: Image.Image, layer: Image.Image, place: Place, mask: Mask, surface: Surface = CLOTH
) -> Image.Image:
    """The picture with a print at a place: in its light, with its grain, and only on the product.

    Args:
        picture: of the product.
        layer: the print in RGBA, of any size.
        place: where it goes.
        mask: the product.
        surface: what it is made of.
    """
    sheet = _bent(_laid(layer, place, picture.size), picture, place)
    levels = levels_of(picture)
    ink, opacity = sheet[:, :, :3], sheet[:, :, 3:] / 255
    light = _light(_blurred(levels, max(0.8, surface.folds * max(picture.size))), mask, surface)
    grain = np.clip(levels - _blurred(levels, 1.5), -surface.grain, surface.grain)
    shown = ink * light[:, :, None] + grain
    inside = _blurred(mask.astype(np.float32), 1)[:, :, None]
    return picture_of(np.asarray(levels + (shown - levels) * opacity * inside, np.float32))


def _blurred(levels: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(levels, (0, 0), sigma), np.float32)


def _widest(mask: Mask) -> tuple[float, float]:
    """The point of the product that is farthest from its edges."""
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    y, x = np.unravel_index(int(distance.argmax()), distance.shape)
    return float(x), float(y)


def _laid(layer: Image.Image, place: Place, size: tuple[int, int]) -> Image.Image:
    """The print on a transparent sheet of the picture's size, as sharp as the picture."""
    left, top, right, bottom = place.box
    part = layer.resize((right - left, bottom - top), LANCZOS)
    part = part.rotate(place.degrees, Image.Resampling.BICUBIC, expand=True)
    sheet = Image.new("RGBA", size, (128, 128, 128, 0))
    corner = ((left + right - part.width) // 2, (top + bottom - part.height) // 2)
    sheet.paste(part, corner)
    return sheet


def _bent(sheet: Image.Image, picture: Image.Image, place: Place) -> Floats:
    """The sheet, moved along the slopes of the light and in waves, and a little blurred."""
    grey = np.asarray(picture.convert("L"), np.float32)
    folds = cv2.GaussianBlur(grey, (0, 0), max(1.0, _FOLD_SIDE * max(picture.size)))
    slope = np.stack([cv2.Sobel(folds, cv2.CV_32F, 1, 0), cv2.Sobel(folds, cv2.CV_32F, 0, 1)])
    steepest = max(float(np.percentile(np.abs(slope), 95)), 1.0)
    waves = _waves(picture.size, place.seed)
    moved = (np.clip(slope / steepest, -1, 1) + waves) * np.float32(place.bend)
    rows, columns = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]].astype(np.float32)
    values = np.asarray(sheet, np.float32)
    bent = cv2.remap(values, columns + moved[0], rows + moved[1], cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(bent, (0, 0), 0.6), np.float32)


def _waves(size: tuple[int, int], seed: int) -> Floats:
    """Smooth random shifts in x and y, of shape (2, height, width)."""
    coarse = np.random.default_rng(seed).normal(0, 0.7, (2, 5, 5)).astype(np.float32)
    return np.stack([cv2.resize(part, size, interpolation=cv2.INTER_CUBIC) for part in coarse])


def _light(smooth: Floats, mask: Mask, surface: Surface) -> Floats:
    """Light on the product over its median, of shape (height, width)."""
    luma = smooth @ _LUMA + 8
    usual = float(np.median(luma[mask]))
    return np.asarray(np.clip(luma / usual, *surface.light), np.float32)


def _photo(size: tuple[int, int], other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A window of another picture with straight, rounded or soft edges."""
    part = ImageOps.fit(crop_to_area(other, rng.uniform(0.15, 0.5), rng), size, LANCZOS)
    if coin(rng, 0.3):
        part = ImageOps.colorize(part.convert("L"), drawn_colour(rng), drawn_colour(rng))
    return rounded(part, one_of(rng, (0, 0.1, 0.5)) * min(size))


def _figure(size: tuple[int, int], _: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A star, a heart, a face or the like, once or in rows."""
    side, number = min(size), int(rng.integers(1, 4))
    sheet = Image.new("RGBA", size)
    draw = drawn_face if coin(rng, 0.2) else drawn_shape
    figure = draw(side / number, rng)
    for row in range(number):
        for column in range(number):
            x = round(column * size[0] / number + (size[0] / number - figure.width) / 2)
            y = round(row * size[1] / number + (size[1] / number - figure.height) / 2)
            sheet.paste(figure, (x, y))
    return sheet


def _slogan(size: tuple[int, int], _: Image.Image, rng: np.random.Generator) -> Image.Image:
    """One to four words below each other."""
    sheet, ink = Image.new("RGBA", size), drawn_ground(rng)
    words = phrase(rng, int(rng.integers(1, 5))).upper().split()
    height = size[1] / len(words)
    draw = ImageDraw.Draw(sheet)
    for row, word in enumerate(words):
        letters = font(min(height, size[0] * 1.4 / len(word)))
        draw.text((size[0] / 2, (row + 0.5) * height), word, ink, letters, anchor="mm")
    return sheet


def _figure_and_slogan(
    size: tuple[int, int], other: Image.Image, rng: np.random.Generator
) -> Image.Image:
    """A figure or a photograph above a line of words."""
    sheet = Image.new("RGBA", size)
    upper, lower = (size[0], round(size[1] * 0.72)), (size[0], size[1] - round(size[1] * 0.72))
    sheet.paste(one_of(rng, (_figure, _photo))(upper, other, rng), (0, 0))
    sheet.paste(_slogan(lower, other, rng), (0, upper[1]))
    return sheet
