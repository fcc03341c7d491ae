"""Crops, borders, rotations and perspective."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageOps

Colour = tuple[int, int, int]
"""Red, green and blue, each 0 to 255."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
BICUBIC = Image.Resampling.BICUBIC


def crop(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Crop these shares (0 to 1) off the sides."""
    width, height = picture.size
    return picture.crop(
        (
            round(width * left),
            round(height * top),
            round(width * (1 - right)),
            round(height * (1 - bottom)),
        )
    )


def crop_to_area(
    picture: Image.Image, area: float, rng: np.random.Generator, stretch: float = 1.0
) -> Image.Image:
    """A window of this share of the area, anywhere in the picture.

    Args:
        picture: to crop.
        area: share of the picture's area that is left, 0 to 1.
        rng: chooses the position.
        stretch: aspect ratio (width / height) of the window over that of the picture, as far as it
            fits.
    """
    width = min(1.0, max(area, math.sqrt(area * stretch)))
    height = area / width
    x, y = rng.uniform(0, (1 - width, 1 - height))
    return crop(picture, x, y, 1 - width - x, 1 - height - y)


def cover(picture: Image.Image, aspect: float) -> Image.Image:
    """Crop to this aspect ratio (width / height) around the centre, as CDNs fill a frame."""
    width, height = picture.size
    return ImageOps.fit(
        picture, (min(width, round(height * aspect)), min(height, round(width / aspect)))
    )


def pad(picture: Image.Image, share: float, colour: Colour) -> Image.Image:
    """Add a border on all sides; its width is a share of the longer side."""
    return ImageOps.expand(picture, round(max(picture.size) * share), colour)


def frame(
    picture: Image.Image, shares: tuple[float, float, float, float], colour: Colour
) -> Image.Image:
    """Add borders on the left, top, right and bottom, as shares of width and height."""
    sides = (picture.width, picture.height) * 2
    left, top, right, bottom = (
        round(share * side) for share, side in zip(shares, sides, strict=True)
    )
    return ImageOps.expand(picture, (left, top, right, bottom), colour)


def pad_to_aspect(picture: Image.Image, aspect: float, colour: Colour = WHITE) -> Image.Image:
    """Centre the picture on a canvas of this aspect ratio (width / height)."""
    width, height = picture.size
    size = (max(width, round(height * aspect)), max(height, round(width / aspect)))
    return ImageOps.pad(picture, size, color=colour)


def pad_to_square(picture: Image.Image, colour: Colour = WHITE) -> Image.Image:
    """Centre the picture on a square canvas."""
    return pad_to_aspect(picture, 1.0, colour)


def rotate(picture: Image.Image, degrees: float, colour: Colour = WHITE) -> Image.Image:
    """Rotate about the centre, on a canvas that holds the whole picture."""
    return picture.rotate(degrees, BICUBIC, expand=True, fillcolor=colour)


def rotate_inside(picture: Image.Image, degrees: float) -> Image.Image:
    """Rotate about the centre, and crop in the same aspect ratio until no corner is empty."""
    width, height = picture.size
    cosine, sine = (abs(f(math.radians(degrees))) for f in (math.cos, math.sin))
    left = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
    cut = (1 - left) / 2 + 1 / min(picture.size)
    return crop(picture.rotate(degrees, BICUBIC), cut, cut, cut, cut)


def perspective(picture: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Move the corners inwards by up to this share of the sides, as in a photograph of a screen."""
    width, height = picture.size
    shift = rng.uniform(0, strength, (4, 2)) * (width, height)
    corners = np.array([(0, 0), (0, height), (width, height), (width, 0)], float)
    quad = corners + shift * [(1, 1), (1, -1), (-1, -1), (-1, 1)]
    return picture.transform(
        picture.size, Image.Transform.QUAD, tuple(quad.ravel().tolist()), BICUBIC
    )
