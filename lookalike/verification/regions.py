"""Pictures within a picture: where a screenshot or a collage may hold a known one.

A recursive XY cut (Nagy and Seth 1984): a frame is split at lines of nothing but background, and
where the whole has none, at a straight seam from edge to edge. The largest leaves are worth a look.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are the first outside."""

MOST = 3
"""Regions that are looked at."""
_SIDE = 200
"""Long side in pixels of the copy that is cut."""
_MIN_AREA = 0.06
"""Share of the frame."""
_MIN_SIDE = 0.15
"""Share of the frame's short side."""
_MAX_AREA = 0.92
"""Of the frame: what is nearly all of it was looked at already."""
_BACKGROUND_SHARE = 0.985
_TOLERANCE = 14
_NARROWEST_GAP = 2
_DEEPEST = 5
_SEAM_STEP = 36
"""Levels of all three channels together."""
_SEAM_SHARE = 0.55
"""Of the seam's length that shows a step."""
_SEAM_ABOVE = 3.0
"""Times the share of steps elsewhere."""
_SEAM_MARGIN = 0.2
"""A seam lies at least this far from both edges, as a share of the side."""

_Pixels = NDArray[np.int16]
"""Levels by channel, shape (3, height, width)."""


def regions(frame: Image.Image) -> list[Box]:
    """The regions of a frame that may be pictures of their own, largest first, at most three."""
    step = max(1, round(max(frame.size) / _SIDE))
    small = np.asarray(frame.reduce(step) if step > 1 else frame)
    pixels = np.ascontiguousarray(np.moveaxis(small, -1, 0), np.int16)
    _, height, width = pixels.shape
    found = [
        box
        for box in _leaves(pixels, (0, 0, width, height), 0)
        if _is_worthwhile(box, width, height)
    ]
    found.sort(key=_area, reverse=True)
    whole = (0, 0, *frame.size)
    return [
        _within(tuple(side * step for side in box), whole)  # type: ignore[arg-type]
        for box in found[:MOST]
    ]


def _within(box: Box, whole: Box) -> Box:
    return (box[0], box[1], min(box[2], whole[2]), min(box[3], whole[3]))


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _is_worthwhile(box: Box, width: int, height: int) -> bool:
    shortest = min(box[2] - box[0], box[3] - box[1])
    share = _area(box) / (width * height)
    return _MIN_AREA <= share <= _MAX_AREA and shortest >= _MIN_SIDE * min(width, height)


def _leaves(pixels: _Pixels, box: Box, depth: int) -> Iterator[Box]:
    """The parts that cannot be split further, each without the background around it."""
    left, top, right, bottom = box
    part = pixels[:, top:bottom, left:right]
    sides = part.shape[1:]
    if depth == _DEEPEST or min(sides) < 2 * _NARROWEST_GAP:
        yield box
        return
    for axis in (0, 1):
        spans = _spans(part, axis)
        if spans != [(0, sides[axis])]:
            for start, end in spans:
                yield from _leaves(pixels, _cut(box, axis, start, end), depth + 1)
            return
    if depth == 0:  # deeper, a straight line is more likely one of the picture's own
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
    """Where there is something along an axis: spans between lines of one colour."""
    lines = part if axis == 0 else part.transpose(0, 2, 1)
    colours = np.median(lines, axis=2, keepdims=True).astype(np.float32)
    is_background = (np.abs(lines - colours) <= _TOLERANCE).all(axis=0)
    same = is_background.mean(axis=1) >= _BACKGROUND_SHARE
    edges = np.flatnonzero(np.diff(np.concatenate([[True], same, [True]]).astype(np.int8)))
    spans = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < _NARROWEST_GAP:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _seam(part: _Pixels, axis: int) -> int | None:
    """A line across which most pixels change, and hardly any next to it."""
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
