"""Maps between the frames of two pictures, in unit squares.

A point of a frame is (x, y) in 0 to 1 from its left and top edge. A transform is a 3 x 3 matrix of
homogeneous coordinates that takes points of the query's trimmed frame to points of the stored one.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.phash import FORMS, Form

Transform = NDArray[np.float64]
"""Shape (3, 3), from homogeneous query points to stored ones."""
Points = NDArray[np.float64]
"""Shape (n, 2)."""

MAX_SCALE = 5.0
"""Length in one picture of what has length 1 in the other, at most."""
IDENTITY: Final[Transform] = np.eye(3)
_MIRROR: Final[Transform] = np.array([[-1.0, 0, 1], [0, 1, 0], [0, 0, 1]])
_FLIP: Final[Transform] = np.array([[1.0, 0, 0], [0, -1, 1], [0, 0, 1]])
_TRANSPOSE: Final[Transform] = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]])
CORNERS: Final[Points] = np.array([(0.0, 0), (1, 0), (1, 1), (0, 1)])


def undoing(form: Form) -> Transform:
    """The transform that undoes a flip and turn of the whole picture."""
    number = FORMS.index(form)
    transform = _MIRROR if number & 1 else IDENTITY
    if number & 2:
        transform = _FLIP @ transform
    return _TRANSPOSE @ transform if number >= len(FORMS) // 2 else transform


def inverse(transform: Transform) -> Transform:
    """The inverse transform, from stored to query frame."""
    back: Transform = np.linalg.inv(transform).astype(np.float64)
    return back


def moved(transform: Transform, points: Points) -> Points:
    """Points, shape (n, 2), taken to the other frame by the transform."""
    homogeneous = points @ transform[:, :2].T + transform[:, 2]
    result: Points = homogeneous[:, :2] / homogeneous[:, 2:]
    return result


def box_to_unit(box: tuple[float, float, float, float]) -> Transform:
    """From a frame's unit square to that of a box (left, top, right, bottom) in it."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    return np.array([[1 / width, 0, -left / width], [0, 1 / height, -top / height], [0, 0, 1]])


def is_plausible(transform: Transform) -> bool:
    """Return whether an edit may have caused the transform: no fold, no extreme scale or slant."""
    if not np.isfinite(transform).all():
        return False
    depth = CORNERS @ transform[2, :2] + transform[2, 2]
    if depth.min() <= 0 or depth.max() > 2 * depth.min():
        return False
    (a, b), (c, d) = local_scale(transform).tolist()
    # Singular values of a 2 x 2 matrix in closed form: half the sum and difference of these two.
    turning, mirroring = math.hypot(a + d, b - c), math.hypot(a - d, b + c)
    largest, smallest = (turning + mirroring) / 2, abs(turning - mirroring) / 2
    return largest < MAX_SCALE and smallest > 1 / MAX_SCALE


def local_scale(transform: Transform) -> NDArray[np.float64]:
    """The Jacobian of the transform at the centre of the query, shape (2, 2)."""
    centre = transform @ (0.5, 0.5, 1)
    jacobian: NDArray[np.float64] = (
        transform[:2, :2] - np.outer(centre[:2] / centre[2], transform[2, :2])
    ) / centre[2]
    return jacobian


_LEAST_STEP = 1e-6
"""Of the frame, for one pixel of a query: a transform that degenerates takes less."""


def pixels_on(transform: Transform, pixels: tuple[float, float]) -> tuple[float, float]:
    """How many pixels of a query would cover the stored frame, across and down.

    Args:
        transform: from query to stored picture.
        pixels: of the query, across and down.
    """
    steps = local_scale(transform) / pixels
    across, down = np.hypot(steps[:, 0], steps[:, 1]).tolist()
    return 1 / max(across, _LEAST_STEP), 1 / max(down, _LEAST_STEP)


def form_of(transform: Transform, query_aspect: float, stored_aspect: float) -> Form:
    """The flip and the turn, in whole degrees clockwise, of a query against the stored picture.

    Args:
        transform: from query to stored picture.
        query_aspect: width / height of the query's frame.
        stored_aspect: width / height of the stored frame.
    """
    jacobian = local_scale(transform)
    scaled = np.diag([stored_aspect, 1]) @ jacobian @ np.diag([1 / query_aspect, 1])
    flipped = bool(np.linalg.det(scaled) < 0)
    back = np.linalg.inv(scaled)  # from stored to query
    if flipped:
        back = back @ np.diag([-1, 1])
    degrees = math.degrees(math.atan2(back[1, 0] - back[0, 1], back[0, 0] + back[1, 1]))
    return Form(flipped, round(degrees) % 360)


def clipped_to_frame(corners: Points) -> Points:
    """The part of a convex polygon that lies in the unit square (Sutherland and Hodgman 1974)."""
    polygon = corners
    for axis, sign, limit in ((0, 1, 0.0), (0, -1, -1.0), (1, 1, 0.0), (1, -1, -1.0)):
        polygon = _clipped(polygon, polygon[:, axis] * sign - limit)
        if not len(polygon):
            break
    return polygon


_LEAST_DEPTH = 1e-3
"""Of the nearest corner's depth: farther points lie at the horizon or beyond it."""


def before_horizon(transform: Transform, corners: Points) -> Points:
    """The part of a convex polygon that a transform takes to points of the other frame.

    Beyond the line where depth is 0, a perspective shows nothing.
    """
    depth = corners @ transform[2, :2] + transform[2, 2]
    return _clipped(corners, depth - _LEAST_DEPTH * depth.max())


def _clipped(polygon: Points, inside: NDArray[np.float64]) -> Points:
    """The part on the side where the signed distance ``inside`` is positive."""
    kept: list[NDArray[np.float64]] = []
    for index in range(len(polygon)):
        before, here = inside[index - 1], inside[index]
        if (before >= 0) != (here >= 0):
            share = before / (before - here)
            kept.append(polygon[index - 1] + share * (polygon[index] - polygon[index - 1]))
        if here >= 0:
            kept.append(polygon[index])
    return np.array(kept).reshape(-1, 2)


def area(polygon: Points) -> float:
    """The area of a polygon, by the shoelace formula."""
    x, y = polygon.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
