"""Regions: pictures within a picture, as in a screenshot or a collage.

A recursive XY cut (Nagy and Seth 1984): a frame is split at lines of nothing but background, and
where the whole has none, at a straight seam from edge to edge. The largest leaves are the regions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.images.reduction import reduced

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are the first outside."""

_SIDE = 200
"""Long side in pixels of the copy that is cut."""
_MAX_AREA = 0.92
"""Share of the frame that a region covers at most: a larger one was checked as the frame itself."""
_BACKGROUND_SHARE = 0.985
"""Share of a line's pixels that have its median colour if it is background."""
_TOLERANCE = 14
"""Levels of a channel by which background differs from the median colour."""
_MIN_MIXED = 8
"""Pixels of a line from which those at its ends are left out."""
_MIN_GAP = 2
"""Pixels of background between two regions."""
_MAX_DEPTH = 8
"""Cuts after one another."""
_SEAM_STEP = 36
"""Levels of all three channels together by which neighbours differ across a seam."""
_SEAM_SHARE = 0.55
"""Share of a seam's length across which neighbours differ."""
_SEAM_ABOVE = 3.0
"""Factor by which that share exceeds the median of all lines."""
_SEAM_MARGIN = 0.2
"""A seam lies at least this far from both edges, as a share of the side."""

_Pixels = NDArray[np.int16]
"""Levels by channel, shape (3, height, width)."""


class RegionLimits(NamedTuple):
    """Which leaves are regions.

    Attributes:
        area: share of the frame that a region covers at least.
        side: share of the frame's short side that both sides of a region have at least.
        number: of regions, at most.
    """

    area: float
    side: float
    number: int


LARGE = RegionLimits(0.03, 0.15, 4)
"""A picture in a page, or one of a few in a collage."""
SMALL = RegionLimits(0.012, 0.1, 8)
"""A product on the ground of its page, or one of many pictures."""


def region_boxes(frame: Image.Image, limits: RegionLimits = LARGE) -> list[Box]:
    """Find the regions of an RGB frame that may be pictures of their own.

    Args:
        frame: to be cut.
        limits: which leaves are regions.

    Returns:
        Boxes in pixels of the frame, largest first.
    """
    small, step = reduced(frame, _SIDE)
    pixels = np.ascontiguousarray(np.moveaxis(np.asarray(small), -1, 0), np.int16)
    _, height, width = pixels.shape
    found = [
        box
        for box in _leaves(pixels, (0, 0, width, height), 0)
        if _has_region_size(box, width, height, limits)
    ]
    found.sort(key=_area, reverse=True)
    whole = (0, 0, *frame.size)
    return [
        _within(tuple(side * step for side in box), whole)  # type: ignore[arg-type]
        for box in found[: limits.number]
    ]


def _within(box: Box, whole: Box) -> Box:
    return (box[0], box[1], min(box[2], whole[2]), min(box[3], whole[3]))


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _has_region_size(box: Box, width: int, height: int, limits: RegionLimits) -> bool:
    shortest = min(box[2] - box[0], box[3] - box[1])
    share = _area(box) / (width * height)
    return limits.area <= share <= _MAX_AREA and shortest >= limits.side * min(width, height)


def _leaves(pixels: _Pixels, box: Box, depth: int) -> Iterator[Box]:
    """The boxes that cannot be cut further, each without the background around it."""
    left, top, right, bottom = box
    part = pixels[:, top:bottom, left:right]
    sides = part.shape[1:]
    if depth == _MAX_DEPTH or min(sides) < 2 * _MIN_GAP:
        yield box
        return
    for axis in (0, 1):
        spans = _spans(part, axis)
        if spans != [(0, sides[axis])]:
            for start, end in spans:
                yield from _leaves(pixels, _cut(box, axis, start, end), depth + 1)
            return
    if depth == 0:  # further down, a straight line more likely belongs to a picture
        for axis in (1, 0):
            seam = _seam(part, axis)
            if seam is not None:
                yield from _leaves(pixels, _cut(box, axis, 0, seam), depth + 1)
                yield from _leaves(pixels, _cut(box, axis, seam, sides[axis]), depth + 1)
                return
    yield box


def _cut(box: Box, axis: int, start: int, end: int) -> Box:
    left, top, right, bottom = box
    if axis == 0:
        return (left, top + start, right, top + end)
    return (left + start, top, left + end, bottom)


def _spans(part: _Pixels, axis: int) -> list[tuple[int, int]]:
    """The spans along an axis that lie between lines of background."""
    lines = part if axis == 0 else part.transpose(0, 2, 1)
    if lines.shape[2] >= _MIN_MIXED:  # at the ends, pixels of the copy mix what lies on both sides
        lines = lines[:, :, 1:-1]
    colours = np.median(lines, axis=2, keepdims=True).astype(np.float32)
    is_background = (np.abs(lines - colours) <= _TOLERANCE).all(axis=0)
    same = is_background.mean(axis=1) >= _BACKGROUND_SHARE
    edges = np.flatnonzero(np.diff(np.concatenate([[True], same, [True]]).astype(np.int8)))
    spans = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < _MIN_GAP:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _seam(part: _Pixels, axis: int) -> int | None:
    """A line across which most neighbours differ, unlike across other lines."""
    levels = part.sum(axis=0, dtype=np.int16)
    steps = np.abs(np.diff(levels, axis=axis)) > _SEAM_STEP
    shares = steps.mean(axis=1 - axis)
    length = levels.shape[axis]
    margin = int(_SEAM_MARGIN * length)
    inner = shares[margin : length - margin]
    if not len(inner):
        return None
    place = int(inner.argmax())
    if inner[place] < _SEAM_SHARE or inner[place] < _SEAM_ABOVE * np.median(shares):
        return None
    return margin + place + 1
