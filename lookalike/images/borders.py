"""The uniform border of a picture: letterbox bars, a frame, a white margin."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.images.reduction import reduced

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are the first outside."""

_TOLERANCE = 12
"""Largest difference of a channel from the border's colour: JPEG noise stays below."""
_UNIFORM_SHARE = 0.985
"""Share of a line's pixels that have the border's colour: a speck does not end a border."""
_MAX_CUT = 0.45
"""Share of the frame that is cut at most on each side."""
_COARSE_SIDE = 256
"""Long side, about, of the reduced copy on which a border is found before it is found exactly."""

_Pixels = npt.NDArray[np.uint8]
_Colour = npt.NDArray[np.int16]
_SIDES: tuple[Callable[[_Pixels], _Pixels], ...] = (
    lambda pixels: pixels.transpose(1, 0, 2),
    lambda pixels: pixels,
    lambda pixels: pixels[:, ::-1].transpose(1, 0, 2),
    lambda pixels: pixels[::-1],
)
"""Views of (height, width, 3) whose first row is the left, top, right and bottom line."""


def trim_box(image: Image.Image) -> Box:
    """Find the frame without its uniform border, to about one pixel.

    The border of a side consists of the outer lines in which nearly all pixels have the median
    colour of the outermost line. Without a border, or if nothing but border is left, the result is
    the whole frame.

    Args:
        image: RGB.
    """
    coarse, step = reduced(image, _COARSE_SIDE)
    pixels = np.asarray(coarse)
    lines = [turn(pixels) for turn in _SIDES]
    depths = [_uniform_lines(side, _background(side)) for side in lines]
    if any(depth == len(side) for depth, side in zip(depths, lines, strict=True)):
        return (0, 0, *image.size)
    cuts = [
        _exact_depth(image, number, depth * step, step, _background(side))
        for number, (depth, side) in enumerate(zip(depths, lines, strict=True))
    ]
    return (cuts[0], cuts[1], image.width - cuts[2], image.height - cuts[3])


def _background(side: _Pixels) -> _Colour:
    """The median colour of the outermost line."""
    colour: _Colour = np.median(side[0], axis=0).astype(np.int16)
    return colour


def _uniform_lines(side: _Pixels, background: _Colour) -> int:
    """Count the lines, from the outermost on, that have the background's colour."""
    if not _are_uniform(side[:1], background)[0]:
        return 0  # most pictures have no border: only their outermost lines are read
    same = _are_uniform(side, background)
    return len(same) if same.all() else int(np.argmin(same))


def _are_uniform(lines: _Pixels, background: _Colour) -> npt.NDArray[np.bool_]:
    low = np.clip(background - _TOLERANCE, 0, 255).astype(np.uint8)
    high = np.clip(background + _TOLERANCE, 0, 255).astype(np.uint8)
    inside = np.ones(lines.shape[:2], np.bool_)
    for channel in range(3):
        values = lines[..., channel]
        inside &= (values >= low[channel]) & (values <= high[channel])
    share: npt.NDArray[np.bool_] = np.mean(inside, axis=1) >= _UNIFORM_SHARE
    return share


def _exact_depth(
    image: Image.Image,
    number: int,
    depth: int,
    step: int,
    background: _Colour,
) -> int:
    """The depth of a border in pixels, searched within ``step`` of its depth in the copy."""
    if depth == 0:
        return 0
    extent = image.size[number % 2]
    start = max(0, depth - step)
    if step > 1:
        band = _SIDES[number](np.asarray(image.crop(_band(image, number, start, depth + step))))
        depth = start + _uniform_lines(band, background)
    return min(depth, int(extent * _MAX_CUT))


def _band(image: Image.Image, number: int, start: int, end: int) -> Box:
    """The lines from ``start`` to ``end``, counted from the side with that number."""
    width, height = image.size
    return (
        (start, 0, end, height),
        (0, start, width, end),
        (width - end, 0, width - start, height),
        (0, height - end, width, height - start),
    )[number]
