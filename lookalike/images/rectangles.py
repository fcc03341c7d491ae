"""Rectangles: the frames of pictures that lie on another picture, upright or turned.

A pasted picture ends in four straight lines, however busy the picture is on which it lies. Lines
are columns and rows of a reduced copy with a long run of edges. Of all pairs of columns and of
rows, those are rectangles along whose sides most pixels are edges. For turned ones, the copy is
turned back by the angles at which the edges form lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.images.edges import Edges, Flags, Pixels, line_angles, lines
from lookalike.images.reduction import reduced

_SIDE = 240
"""Long side in pixels, about, of the copy in which lines are looked for."""
_MIN_SHARE = 0.1
"""Share of the copy's short side that both sides of a rectangle have at least."""
_MIN_PIXELS = 10
"""Pixels of the copy that they have at least."""
_MAX_AREA = 0.85
"""Share of the frame that a rectangle covers at most."""
_SIDE_SHARE = 0.3
"""Share of each side that are edges, at least."""
_MEAN_SHARE = 0.6
"""Mean of these shares of all four sides, at least."""
_FRAME_SHARE = 0.8
"""Share that is assumed of a side that is the frame's own."""
_MAX_FRAME_SIDES = 2
"""Sides that a rectangle may have in common with the frame."""
_MOST_COMPARED = 300
"""Rectangles of which those that hardly differ are left out: the clearest ones."""
_SAME = 0.7
"""Intersection over union from which two rectangles hardly differ."""
UPRIGHT = 4
"""Upright rectangles of a picture, at most."""
ANGLES = 3
"""Angles at which turned rectangles are looked for."""
TURNED = 2
"""Rectangles at one of them, at most."""

_Box = tuple[int, int, int, int]
Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom of a box, in any unit."""


class Rectangle(NamedTuple):
    """A rectangle within a frame.

    Attributes:
        centre: x and y, in pixels of the frame.
        sides: width and height, in pixels.
        degrees: by which it is turned clockwise, from -45 to 45.
    """

    centre: tuple[float, float]
    sides: tuple[float, float]
    degrees: float = 0.0


class _Spans(NamedTuple):
    """Pairs of parallel lines, the first one left of the second, or above it.

    Attributes:
        first: places of the first lines, shape (pairs,).
        second: places of the second lines.
        of_first: number of each first line.
        of_second: number of each second line.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    of_first: NDArray[np.intp]
    of_second: NDArray[np.intp]


def rectangles(frame: Image.Image) -> list[Rectangle]:
    """Find the rectangles of an RGB frame that may be pictures of their own.

    Returns:
        Upright ones first, then turned ones; of each kind, the clearest first.
    """
    small, step = reduced(frame, _SIDE)
    pixels = np.asarray(small).astype(np.int16)
    area = _MAX_AREA * small.width * small.height
    boxes = _boxes(pixels, area, frame_share=_FRAME_SHARE)
    found = [_upright(box, step, frame.size) for box in islice(boxes, UPRIGHT)]
    for degrees in line_angles(pixels, ANGLES):
        turned = small.rotate(degrees, Image.Resampling.BILINEAR, expand=True)
        boxes = _boxes(np.asarray(turned).astype(np.int16), area, frame_share=0)
        each = (_turned(box, degrees, turned.size, small.size, step) for box in boxes)
        found += islice((one for one in each if _is_within(one.centre, frame.size)), TURNED)
    return found


def turn(degrees: float) -> NDArray[np.float64]:
    """The matrix that turns a point, with y pointing down, clockwise about the origin."""
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _upright(box: _Box, step: int, size: tuple[int, int]) -> Rectangle:
    """The rectangle of a box that was found in a reduced copy of a frame of this size."""
    left, top = box[0] * step, box[1] * step
    right, bottom = min(size[0], box[2] * step), min(size[1], box[3] * step)
    return Rectangle(((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top))


def _turned(
    box: _Box, degrees: float, turned_back: tuple[int, int], size: tuple[int, int], step: int
) -> Rectangle:
    """The rectangle of a box that was found in a reduced copy that was turned back.

    Args:
        box: in the copy.
        degrees: clockwise, by which the rectangle is turned.
        turned_back: width and height of the copy.
        size: the same before it was turned.
        step: by which it is reduced.
    """
    left, top, right, bottom = box
    from_middle = np.array([left + right, top + bottom]) / 2 - np.array(turned_back) / 2
    x, y = (step * (turn(degrees) @ from_middle + np.array(size) / 2)).tolist()
    return Rectangle((x, y), (step * (right - left), step * (bottom - top)), degrees)


def _is_within(centre: tuple[float, float], size: tuple[int, int]) -> bool:
    return 0 < centre[0] < size[0] and 0 < centre[1] < size[1]


def _boxes(pixels: Pixels, area: float, *, frame_share: float) -> Iterator[_Box]:
    """The upright rectangles of a copy, as left, top, right and bottom, the clearest first.

    Args:
        pixels: of the copy.
        area: in pixels, that a rectangle covers at most.
        frame_share: share of edges that is assumed along the copy's own sides.
    """
    height, width = pixels.shape[:2]
    shortest = max(_MIN_PIXELS, math.ceil(_MIN_SHARE * min(height, width)))
    if min(height, width) < shortest:
        return
    edges = Edges.of(pixels)
    columns, rows = lines(edges.upright, shortest), lines(edges.level, shortest)
    across, down = _pairs(columns, shortest), _pairs(rows, shortest)
    upright = _shares(edges.upright, columns, down, frame_share)
    level = _shares(edges.level, rows, across, frame_share)
    sides = (
        upright[:, across.of_first],
        upright[:, across.of_second],
        level[:, down.of_first].T,
        level[:, down.of_second].T,
    )
    least, mean = np.minimum.reduce(sides), sum(sides) / np.float32(4)
    of_frame = _of_frame(down, height)[:, None] + _of_frame(across, width)
    is_rectangle = (
        (least >= _SIDE_SHARE)
        & (mean >= _MEAN_SHARE)
        & ((down.second - down.first)[:, None] * (across.second - across.first) <= area)
        & (of_frame <= _MAX_FRAME_SIDES)
    )
    found = np.argwhere(is_rectangle)
    clearness = (mean + least / 2)[is_rectangle]
    best = found[np.argsort(-clearness, kind="stable")[:_MOST_COMPARED]]
    y, x = best[:, 0], best[:, 1]
    corners = (across.first[x], down.first[y], across.second[x], down.second[y])
    yield from _different(np.stack(corners, axis=1).tolist())


def _pairs(places: NDArray[np.intp], shortest: int) -> _Spans:
    """All pairs of lines that are so far apart."""
    first, second = np.triu_indices(len(places), 1)
    are_apart = places[second] - places[first] >= shortest
    first, second = first[are_apart], second[are_apart]
    return _Spans(places[first], places[second], first, second)


def _shares(
    edges: Flags, places: NDArray[np.intp], along: _Spans, frame_share: float
) -> NDArray[np.float32]:
    """The share of edges of each line between each two places along it, shape (pairs, lines)."""
    counts = np.zeros((len(edges) + 1, len(places)), np.int32)
    np.cumsum(edges[:, np.minimum(places, edges.shape[1] - 1)], axis=0, out=counts[1:])
    lengths = (along.second - along.first)[:, None]
    shares = ((counts[along.second] - counts[along.first]) / lengths).astype(np.float32)
    shares[:, [0, -1]] = frame_share
    return shares


def _of_frame(spans: _Spans, side: int) -> NDArray[np.intp]:
    """How many lines of each pair are the frame's own sides."""
    number: NDArray[np.intp] = (spans.first == 0).astype(np.intp) + (spans.second == side)
    return number


def _different(boxes: Iterable[_Box]) -> Iterator[_Box]:
    """The boxes without those that hardly differ from one before them."""
    found: list[_Box] = []
    for box in boxes:
        if all(overlap(box, other) <= _SAME for other in found):
            found.append(box)
            yield box


def overlap(one: Bounds, other: Bounds) -> float:
    """Intersection over union of two boxes; 0 if neither has an area."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0, width) * max(0, height)
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    covered = sum(areas) - shared
    return shared / covered if covered else 0.0
