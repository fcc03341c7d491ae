"""Converts pictures to arrays of levels and back, and blends arrays."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def levels_of(picture: Image.Image) -> Floats:
    """Levels of an RGB picture, 0 to 255, of shape (height, width, 3)."""
    return np.asarray(picture, np.float32)


def picture_of(levels: Floats) -> Image.Image:
    """The RGB picture of these levels, which are rounded and clipped."""
    return Image.fromarray(np.clip(np.round(levels), 0, 255).astype(np.uint8))


def blended(below: Image.Image, above: Image.Image, opacity: Floats) -> Image.Image:
    """The picture above over the one below.

    Args:
        below: an RGB picture.
        above: an RGB picture of the same size.
        opacity: of the picture above, 0 to 1, of shape (height, width).
    """
    first = levels_of(below)
    return picture_of(first + (levels_of(above) - first) * opacity[:, :, None])


def along(size: tuple[int, int], degrees: float) -> Floats:
    """How far each pixel is along a direction, in pixels from the first one; (height, width).

    Args:
        size: width and height.
        degrees: 0 is to the right, 90 downwards.
    """
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = (np.arange(length, dtype=np.float32) for length in size)
    distance = x[None, :] * cosine + y[:, None] * sine
    return np.asarray(distance - distance.min(), np.float32)


def from_centre(size: tuple[int, int], x: float = 0.5, y: float = 0.5) -> Floats:
    """How far each pixel is from a point, over the distance of the farthest; (height, width)."""
    columns, rows = (
        np.linspace(0, 1, length, dtype=np.float32) - place
        for length, place in zip(size, (x, y), strict=True)
    )
    distance = np.hypot(columns[None, :], rows[:, None])
    return np.asarray(distance / distance.max(), np.float32)


def lab_of(picture: Image.Image) -> Floats:
    """CIE Lab under D65, of shape (height, width, 3)."""
    return np.asarray(cv2.cvtColor(levels_of(picture) / 255, cv2.COLOR_RGB2LAB), np.float32)


def picture_of_lab(lab: Floats) -> Image.Image:
    """The RGB picture of these colours; those outside sRGB are clipped."""
    return picture_of(np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32) * 255)
