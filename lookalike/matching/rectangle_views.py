"""Views of the pictures that lie on a query, upright or turned."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.images.rectangles import Rectangle, rectangles, turn
from lookalike.matching.views import View

_MAX_SIDE = 800
"""Pixels of a view's long side, at most."""


def rectangle_views(picture: PreparedPicture) -> list[View]:
    """What lies within the rectangles of a picture, each upright."""
    return [_within(picture.whole, rectangle) for rectangle in rectangles(picture.whole)]


def _within(frame: Image.Image, rectangle: Rectangle) -> View:
    sides, back = np.array(rectangle.sides), turn(rectangle.degrees)
    to_frame = np.column_stack([back * sides, rectangle.centre - back @ (sides / 2)])
    size = np.maximum(1, np.round(sides * min(1, _MAX_SIDE / sides.max()))).astype(int)
    view = frame.transform(
        (int(size[0]), int(size[1])),
        Image.Transform.AFFINE,
        tuple((to_frame / [*size, 1]).ravel().tolist()),
        Image.Resampling.BILINEAR,
    )
    to_whole = np.vstack([to_frame / np.array(frame.size)[:, None], [0, 0, 1]])
    degrees = -round(rectangle.degrees) % 360
    return View(PreparedPicture(view, trim_box(view), *view.size), to_whole, degrees)
