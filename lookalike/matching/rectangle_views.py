"""Views of the pictures that lie on a query, upright or turned."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PIL import Image

from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.images.rectangles import Rectangle, rectangles
from lookalike.matching.views import View


def rectangle_views(picture: PreparedPicture) -> Iterator[View]:
    """What lies within the rectangles of a picture, each upright."""
    for rectangle in rectangles(picture.whole):
        yield _within(picture.whole, rectangle)


def _within(frame: Image.Image, rectangle: Rectangle) -> View:
    angle, sides = math.radians(rectangle.degrees), np.array(rectangle.sides)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    pixels = np.column_stack([turn, np.array(rectangle.centre) - turn @ (sides / 2)])
    size = (max(1, round(rectangle.sides[0])), max(1, round(rectangle.sides[1])))
    view = frame.transform(
        size, Image.Transform.AFFINE, tuple(pixels.ravel().tolist()), Image.Resampling.BILINEAR
    )
    to_whole = np.vstack([pixels * [*sides, 1] / np.array(frame.size)[:, None], [0, 0, 1]])
    degrees = -round(rectangle.degrees) % 360
    return View(PreparedPicture(view, trim_box(view), *size), to_whole, degrees)
