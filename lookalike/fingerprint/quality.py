"""Quality: how much a picture shows, 0 to 100; below 50 it is too little to be matched.

Hashes of white, one-coloured, smoothly shaded and lone-word pictures are alike by chance. What
there is to hold a match against is measured on a reduced copy whose levels are stretched, so that
pale, dark and veiled pictures are measured like others. It needs a *range* of levels and some
*edges*, which noise and smooth shades lack, and one of these, which letters on a plain ground lack:
a compact *core* that is no ground, *shading* away from edges, *height*, *midtones* in its thin
parts, or one straight *bar*. How the limits were found is in docs/decisions.md.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from lookalike.images.levels import with_range
from lookalike.pictures import FEATURELESS_BELOW

MAX_QUALITY = 100
DOUBLING = 12.5
"""Points of quality for twice the evidence."""

MIN_RANGE = 6.5
"""Levels between the darkest and the lightest parts; means over a part hardly show noise."""
MIN_EDGES = 0.012
"""Share of the frame on edges, which smooth shades lack."""
MIN_CORE = 0.01
"""Share of the frame deep within the foreground; strokes of letters are thin."""
MIN_SHADED = 0.016
"""Share of the frame that is shaded, but on no edge; letters and their ground are flat."""
MIN_HEIGHT = 0.41
"""Height of the foreground as a share of the frame; a word is a line."""
MIN_MIDTONES = 0.32
"""Share of the thin foreground between the ground's tone and the extreme; ink has one tone."""
MIN_BAR = 0.38
"""Share of the foreground in its largest bar, as a rod; lines around a word have less."""

PIXELS = 256
"""Side of the reduced copy. Half and a quarter of it are used as well."""
PART_PIXELS = 8
"""Side of the parts whose means give the range, in pixels of the reduced copy."""
ENDS = 4
"""Parts at either end of the range that do not count."""
STEEP = 24
"""Levels between the neighbours of a pixel on an edge."""
CURVED = 5
"""Levels of the Laplacian in a shaded place."""
FOREGROUND = 20
"""Levels by which a channel of the foreground differs from the ground."""
CORE_RADIUS = 4
"""Pixels of half the copy from the core to the outline."""
BAR_LENGTH = 0.5
"""Length of a bar at least, as a share of the frame's width; letters are shorter."""
BAR_SLOPES = np.arange(-0.5, 0.51, 0.02)
"""Rows by column of the bars that are looked for: up to some 27 degrees."""
_RING = 3
_WHITE = 255
_MIN_LINE = 0.01
_MIN_THIN = 0.001
_MIDTONES = (0.2, 0.75)
"""Of the distance from the ground to the extreme, which 90 % do not exceed."""

_Grey = NDArray[np.int16]
_Mask = NDArray[np.bool_]


def quality(picture: Image.Image) -> int:
    """The quality of an RGB picture: a logarithm of the scarcest evidence that it needs."""
    found = Evidence(picture).least
    if found <= 0:
        return 0
    return max(0, min(MAX_QUALITY, int(FEATURELESS_BELOW + DOUBLING * math.log2(found))))


class Evidence:
    """What there is in an RGB picture to hold a match against, measured on first use."""

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture
        reduced = picture.resize((PIXELS, PIXELS), Image.Resampling.BOX, reducing_gap=1)
        parts = np.sort(np.asarray(reduced.convert("L").reduce(PART_PIXELS)).ravel())
        low, high = int(parts[ENDS]), int(parts[-1 - ENDS])
        self._ends = low, high
        self.range = high - low
        self._fine = with_range(reduced, self._ends, _WHITE)
        self._half = self._fine.reduce(2)
        self._grey = self._half.convert("L")

    @property
    def least(self) -> float:
        """The scarcest evidence as a multiple of what is needed: below 1, it is too little."""
        needed = min(self.range / MIN_RANGE, self.edges / MIN_EDGES)
        if needed < 1:
            return needed
        found = max(self.core / MIN_CORE, self.shaded / MIN_SHADED, self.height / MIN_HEIGHT)
        if found < 1:
            found = max(found, self.midtones / MIN_MIDTONES, self.bar / MIN_BAR)
        return min(needed, found)

    @cached_property
    def edges(self) -> float:
        """Share of the frame on edges; it is smoothed first, so that grain is no edge."""
        return float(_is_steep(_levels(self._grey.filter(ImageFilter.BoxBlur(1)))).mean())

    @cached_property
    def shaded(self) -> float:
        """Share of the frame with texture, folds or seams, but neither on nor beside an edge."""
        levels = _levels(self._grey.reduce(2))
        padded = np.pad(levels, 1, mode="edge")
        around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
        near_edge = ~_eroded(_image(~_is_steep(levels)), 1)
        return float(((np.abs(around - 4 * levels) > CURVED) & ~near_edge).mean())

    @cached_property
    def core(self) -> float:
        """Share of the frame within the foreground, far from its outline."""
        return float(_eroded(self._foreground, CORE_RADIUS).mean())

    @cached_property
    def height(self) -> float:
        """Share of the frame's height from the first to the last line of the foreground."""
        lines = np.flatnonzero(np.asarray(self._foreground).mean(axis=1) > _WHITE * _MIN_LINE)
        return float(lines[-1] - lines[0] + 1) / self._half.height if len(lines) else 0.0

    @cached_property
    def midtones(self) -> float:
        """Share of the foreground, without its outline, in tones between ground and extreme."""
        difference = self._from_ground(self._fine)
        inner = np.asarray(difference)[_eroded(_above(difference, FOREGROUND), 1)]
        if len(inner) < _MIN_THIN * PIXELS**2:
            return 0.0
        low, high = (share * np.percentile(inner, 90) for share in _MIDTONES)
        return float(((inner > low) & (inner < high)).mean())

    @cached_property
    def bar(self) -> float:
        """Share of the foreground in its largest straight bar, level or aslant."""
        left, top, right, bottom = self._foreground.getbbox() or (0, 0, 0, 0)
        width, height = self._half.size
        if right - left < BAR_LENGTH * width:
            return 0.0
        x, y = self._picture.width / width, self._picture.height / height
        close_up = self._close_up((left * x, top * y, right * x, bottom * y))
        mask = np.asarray(_above(self._from_ground(close_up), FOREGROUND)) > 0
        rows, columns = np.nonzero(mask)
        if not len(rows):  # lines that a coarser pixel of a strip's close-up averages away
            return 0.0
        length = BAR_LENGTH * width / (right - left) * mask.shape[1]
        sheared = (_sheared(rows, columns, slope) for slope in BAR_SLOPES)
        return max(_largest_bar(mask, length) for mask in sheared) / len(rows)

    def _close_up(self, box: tuple[float, float, float, float]) -> Image.Image:
        """A part in its proportions, reduced less: on the reduced copy, letters can touch."""
        width, height = box[2] - box[0], box[3] - box[1]
        scale = min(1.0, PIXELS / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        part = self._picture.resize(size, Image.Resampling.BOX, box, reducing_gap=1)
        return with_range(part, self._ends, _WHITE)

    @cached_property
    def _foreground(self) -> Image.Image:
        return _above(self._from_ground(self._half), FOREGROUND)

    @cached_property
    def _ground(self) -> tuple[int, ...]:
        """The median colour along the sides."""
        pixels = np.asarray(self._half)
        sides = (pixels[:_RING], pixels[-_RING:], pixels[:, :_RING], pixels[:, -_RING:])
        ring = np.concatenate([side.reshape(-1, 3) for side in sides])
        return tuple(int(level) for level in np.median(ring, axis=0))

    def _from_ground(self, picture: Image.Image) -> Image.Image:
        """The largest difference of a channel from the ground, as grey levels."""
        ground = Image.new("RGB", picture.size, self._ground)
        red, green, blue = ImageChops.difference(picture, ground).split()
        return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _levels(grey: Image.Image) -> _Grey:
    return np.asarray(grey).astype(np.int16)


def _above(grey: Image.Image, level: int) -> Image.Image:
    return _image(np.asarray(grey) > level)


def _image(mask: _Mask) -> Image.Image:
    """White where the mask is true; modes of 8 bits are faster than those of one."""
    return Image.fromarray(mask.view(np.uint8) * np.uint8(_WHITE))


def _eroded(mask: Image.Image, radius: int) -> _Mask:
    """The places of a mask that are at least so many pixels away from all others, per axis."""
    eroded: _Mask = np.asarray(mask.filter(ImageFilter.BoxBlur(radius))) == _WHITE
    return eroded


def _is_steep(levels: _Grey) -> _Mask:
    """The pixels on edges."""
    padded = np.pad(levels, 1, mode="edge")
    across = np.abs(padded[1:-1, 2:] - padded[1:-1, :-2])
    down = np.abs(padded[2:, 1:-1] - padded[:-2, 1:-1])
    steep: _Mask = np.maximum(across, down) > STEEP
    return steep


def _sheared(rows: NDArray[np.intp], columns: NDArray[np.intp], slope: float) -> _Mask:
    """A mask of these pixels, in which lines of this slope are rows."""
    moved = rows + np.rint(slope * columns).astype(np.intp)
    moved -= moved.min()
    mask = np.zeros((moved.max() + 1, columns.max() + 1), bool)
    mask[moved, columns] = True
    return mask


def _largest_bar(mask: _Mask, length: float) -> int:
    """Pixels of the largest group of neighbouring rows that have runs of at least this length."""
    padded = np.pad(mask, ((0, 0), (1, 1)))
    rows, starts = np.divmod(np.flatnonzero(padded[:, 1:] & ~padded[:, :-1]), padded.shape[1] - 1)
    ends = np.flatnonzero(padded[:, :-1] & ~padded[:, 1:]) % (padded.shape[1] - 1)
    lengths = ends - starts
    long = lengths >= length
    pixels = np.bincount(rows[long], lengths[long], len(mask))
    groups = np.append(0, np.flatnonzero(pixels == 0))
    return int(np.add.reduceat(pixels, groups).max())
