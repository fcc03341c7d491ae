"""Edges of a picture, the lines that they form, and the angles of these lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DENSE = 0.8
"""Share of the pixels along a line that are edges, at least."""
_LINES = 16
"""Lines of one direction, at most: the longest."""
_WIDTH = 4
"""Pixels that the edges of one line are wide."""
_STEP = 10
"""Levels of a channel by which the pixels on both sides of an edge differ at least."""
_CLEAR_STEP = 20
"""Levels by which they do in an edge that counts for the angle of a line."""
_BINS = 90
"""Angles of lines, over 180 degrees."""
_QUARTER = _BINS // 2
_BIN = 180 / _BINS
"""Degrees from one angle to the next."""
_APART = 3
"""Angles by which two of a picture lie apart at least, and both from upright and level."""
_NEAR = 6
"""Pixels from a line to the parallel ones that it is compared with: texture has many of them."""

Flags = NDArray[np.bool_]
Pixels = NDArray[np.int16]
"""Levels of RGB, shape (height, width, 3)."""
_Steps = NDArray[np.int16]
_Gradients = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """Edges of a picture, each as wide as four or five pixels, on both sides of a step.

    Attributes:
        upright: of what differs from left to right, shape (height, width).
        level: of what differs from top to bottom, shape (width, height).
    """

    upright: Flags
    level: Flags

    @classmethod
    def of(cls, pixels: Pixels) -> Edges:
        """The edges of an RGB picture."""
        transposed = pixels.transpose(1, 0, 2)
        across, down = _steps(pixels), _steps(transposed)
        return cls(_ridges(across, down.T), _ridges(down, across.T))


def lines(edges: Flags, shortest: int) -> NDArray[np.intp]:
    """The places of the longest lines across an edge map, and of its two ends, in order.

    A place is the number of pixels before a line, so both sides of a rectangle are exact.

    Args:
        edges: shape (along, across).
        shortest: pixels of a line, at least.
    """
    lengths = _lengths(edges, shortest)
    places = [0, len(lengths)]
    for _ in range(_LINES):
        first = int(lengths.argmax())
        longest = lengths[first]
        if not longest:
            break
        wide = lengths[first : first + _WIDTH] == longest
        place = first + (np.flatnonzero(wide)[-1] + 1) // 2
        places.append(int(place))
        lengths[max(0, place - _WIDTH + 1) : place + _WIDTH] = 0
    return np.unique(places)


def line_angles(pixels: Pixels, number: int) -> list[float]:
    """The angles at which edges form lines that are neither upright nor level.

    A Hough transform (Duda and Hart 1972): each edge votes for the lines through it that are at
    right angles to its gradient. Of an angle, the two longest lines in each of two directions at
    right angles count, as of a rectangle.

    Args:
        pixels: of the picture.
        number: of angles, at most.

    Returns:
        Degrees clockwise by which rectangles are turned, from -45 to 45, the clearest first.
    """
    return list(_clearest_angles(_votes(pixels), number))


def _lengths(edges: Flags, span: int) -> NDArray[np.intp]:
    """At how many places along each line most pixels of a span are edges."""
    counts = np.zeros((len(edges) + 1, edges.shape[1]), np.int16)
    np.cumsum(edges, axis=0, out=counts[1:])
    lengths: NDArray[np.intp] = (counts[span:] - counts[:-span] >= _DENSE * span).sum(axis=0)
    return lengths


def _steps(pixels: Pixels) -> _Steps:
    """By how many levels of a channel the neighbours of each pixel differ, from left to right."""
    steps = np.zeros(pixels.shape[:2], np.int16)
    red, green, blue = (np.ascontiguousarray(pixels[:, :, channel]) for channel in range(3))
    for levels in (red, green, blue):
        np.maximum(steps[:, 1:-1], np.abs(levels[:, 2:] - levels[:, :-2]), out=steps[:, 1:-1])
    return steps


def _ridges(steps: _Steps, other: _Steps) -> Flags:
    """Where steps are largest among their neighbours across, and larger than those along it."""
    ridges = (steps >= _STEP) & (steps >= other)
    ridges[:, 2:] &= steps[:, 2:] >= steps[:, :-2]
    ridges[:, :-2] &= steps[:, :-2] >= steps[:, 2:]
    wide = ridges.copy()
    wide[:, 1:] |= ridges[:, :-1]
    wide[:, :-1] |= ridges[:, 1:]
    return wide


def _votes(pixels: Pixels) -> NDArray[np.float32]:
    """Edges on each line, by its angle and its distance from the picture's middle."""
    across, down = _gradients(pixels)
    rows, columns = np.nonzero(np.hypot(across, down) >= _CLEAR_STEP)
    height, width = across.shape
    x, y = columns - width / 2, rows - height / 2
    degrees = np.degrees(np.arctan2(down[rows, columns], across[rows, columns]))
    nearest = np.round(degrees / _BIN).astype(np.intp)
    farthest = int(np.hypot(height, width) / 2) + 2
    votes = np.zeros((_BINS, 2 * farthest), np.float32)
    for nearby in (-1, 0, 1):
        angles = (nearest + nearby) % _BINS
        radians = np.radians(angles * _BIN)
        distances = np.round(x * np.cos(radians) + y * np.sin(radians)).astype(np.intp) + farthest
        places = angles * votes.shape[1] + distances
        votes += np.bincount(places, minlength=votes.size).reshape(votes.shape)
    return votes


def _gradients(pixels: Pixels) -> tuple[_Gradients, _Gradients]:
    """Sobel's gradients across and down of the channel that changes most."""
    levels = np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32)
    below = (levels[:, :-2] + 2 * levels[:, 1:-1] + levels[:, 2:]) / 4
    beside = (levels[:, :, :-2] + 2 * levels[:, :, 1:-1] + levels[:, :, 2:]) / 4
    across, down = below[:, :, 2:] - below[:, :, :-2], beside[:, 2:] - beside[:, :-2]
    channel = (across**2 + down**2).argmax(axis=0)[None]
    return np.take_along_axis(across, channel, 0)[0], np.take_along_axis(down, channel, 0)[0]


def _clearest_angles(votes: NDArray[np.float32], number: int) -> Iterator[float]:
    longest = np.sort(_peaks(votes), axis=1)[:, -2:].sum(axis=1)
    clearness = longest[:_QUARTER] + longest[_QUARTER:]
    angles = np.arange(_QUARTER)
    clearness[np.minimum(angles, _QUARTER - angles) < _APART] = 0
    for _ in range(number):
        best = int(clearness.argmax())
        if not clearness[best]:
            return
        yield best * _BIN if 2 * best <= _QUARTER else (best - _QUARTER) * _BIN
        away = np.abs(angles - best)
        clearness[np.minimum(away, _QUARTER - away) < _APART] = 0


def _peaks(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much the votes of a line exceed those of parallel lines near to it."""
    wide = votes.copy()  # a line that is not quite at an angle spreads over several distances
    wide[:, 1:] += votes[:, :-1]
    wide[:, :-1] += votes[:, 1:]
    peaks = wide.copy()
    peaks[:, _NEAR:] -= wide[:, :-_NEAR]
    np.minimum(peaks[:, :-_NEAR], wide[:, :-_NEAR] - wide[:, _NEAR:], out=peaks[:, :-_NEAR])
    peaks[:, 1:][wide[:, 1:] <= wide[:, :-1]] = 0
    peaks[:, :-1][wide[:, :-1] < wide[:, 1:]] = 0
    return peaks
