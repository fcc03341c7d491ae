"""Finds one compact region of one colour in the foreground: a garment, a lid, a label."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits.backgrounds import Mask, foreground, rounded_rectangle
from lookalike.evaluation.edits.levels import Floats, lab_of

_SIDE = 200
"""Longer side, in pixels, of the reduced picture in which regions are searched."""
_CLUSTERS = 5
_LIGHTNESS_WEIGHT = 0.5
"""Shading changes lightness within a garment, so lightness counts half."""
_SHADE_LIGHTNESS, _SHADE_DISTANCE, _SHADE_HUE = 28, 8, 18
"""Largest differences in L, in a and b, and in degrees of hue between light and shadow."""
_PAPER_LIGHTNESS = 93
"""Lightness of grounds; where no foreground is found, everything darker is searched."""
_MIN_SHARE = 0.03
"""Share of the picture below which a region is a detail."""
_SKIN_LIGHTNESS = (40, 88)
_SKIN_CHROMA = (12, 42)
_SKIN_HUE = (30, 75)
"""Degrees in Lab; skin of all people is orange, but brown garments are too, and are left out."""


class Region(NamedTuple):
    """A region of one colour.

    Attributes:
        mask: shape (height, width) of the reduced picture.
        colour: median L, a and b.
    """

    mask: Mask
    colour: NDArray[np.float32]

    @property
    def lightness(self) -> float:
        """Median L, 0 to 100."""
        return float(self.colour[0])

    @property
    def chroma(self) -> float:
        """Distance from grey in Lab."""
        return float(np.hypot(self.colour[1], self.colour[2]))

    @property
    def is_skin(self) -> bool:
        """Whether the colour is one of skin."""
        hue = float(np.degrees(np.arctan2(self.colour[2], self.colour[1])))
        values = (self.lightness, self.chroma, hue)
        limits = (_SKIN_LIGHTNESS, _SKIN_CHROMA, _SKIN_HUE)
        return all(low <= value <= high for value, (low, high) in zip(values, limits, strict=True))


def regions(picture: Image.Image) -> list[Region]:
    """The regions of a picture's foreground without skin, the largest first; often none.

    Colours are clustered with k-means, and each cluster's largest connected part is a region. The
    same picture gives the same regions.
    """
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    lab = lab_of(small)
    front = foreground(small)
    if (front == rounded_rectangle(small.size)).all():
        front = lab[:, :, 0] < _PAPER_LIGHTNESS
    if front.sum() < _CLUSTERS:
        return []
    parts = [_largest_part(mask) for mask in _one_coloured(lab, front)]
    large = [part for part in parts if part.mean() >= _MIN_SHARE]
    found = [Region(part, np.median(lab[part], axis=0).astype(np.float32)) for part in large]
    return sorted((r for r in found if not r.is_skin), key=lambda r: -int(r.mask.sum()))


def opacity_of(region: Region, picture: Image.Image) -> Floats:
    """Opacity (0 to 1) of a region at the picture's full size, with edges where colours change.

    In a band along the edge of the reduced mask, a pixel belongs to the region as far as its
    colour is nearer to that of the region beside it than to that of what is outside.
    """
    coarse = Image.fromarray(region.mask.astype(np.uint8) * 255)
    half = np.asarray(coarse.resize(picture.size, Image.Resampling.BICUBIC)) > 127  # noqa: PLR2004 - of 255
    reach = max(2, round(1.5 * max(picture.size) / _SIDE))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    inside = np.asarray(cv2.erode(half.astype(np.uint8), kernel), np.uint8)
    outside = np.asarray(cv2.erode((~half).astype(np.uint8), kernel), np.uint8)
    lab = lab_of(picture)
    near, far = (
        np.linalg.norm(lab - _spread(lab, known, 4 * reach + 1), axis=2) + 1
        for known in (inside, outside)
    )
    matte = np.clip(0.5 + 1.5 * (far - near) / (far + near), 0, 1)
    filled = np.where(inside > 0, 1, np.where(outside > 0, 0, matte)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(filled, (0, 0), 0.7), np.float32)


def _one_coloured(lab: Floats, front: Mask) -> Iterator[Mask]:
    """Masks of clusters, each joined by those that have its colour in other light."""
    labels = _clusters(lab, front)
    sizes = np.bincount(labels[front], minlength=_CLUSTERS)
    left = [int(number) for number in np.argsort(-sizes) if sizes[number]]
    colours = {number: np.median(lab[labels == number], axis=0) for number in left}
    while left:
        alike = [number for number in left if _is_shade(colours[left[0]], colours[number])]
        yield np.isin(labels, alike)
        left = [number for number in left if number not in alike]


def _is_shade(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two colours can be one dye in light and in shadow."""
    if abs(one[0] - other[0]) > _SHADE_LIGHTNESS:
        return False
    if np.hypot(*(one - other)[1:]) < _SHADE_DISTANCE:
        return True
    hues = (math.degrees(math.atan2(colour[2], colour[1])) for colour in (one, other))
    apart = abs((next(hues) - next(hues) + 180) % 360 - 180)
    chromas = (np.hypot(*one[1:]), np.hypot(*other[1:]))
    return bool(min(chromas) > _SHADE_DISTANCE and apart < _SHADE_HUE)


def _clusters(lab: Floats, front: Mask) -> NDArray[np.int32]:
    """The number of each foreground pixel's cluster; -1 elsewhere."""
    labels = np.full(front.shape, -1, np.int32)
    weighted = lab * np.array((_LIGHTNESS_WEIGHT, 1, 1), np.float32)
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    start = np.zeros((0,), np.int32)
    _, found, _ = cv2.kmeans(weighted[front], _CLUSTERS, start, stop, 2, cv2.KMEANS_PP_CENTERS)
    labels[front] = found.ravel()
    return labels


def _largest_part(mask: Mask) -> Mask:
    """The largest connected part, with small holes closed."""
    values = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    values = cv2.morphologyEx(values, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(values)
    if count == 1:
        return np.zeros_like(mask)
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def _spread(lab: Floats, known: NDArray[np.uint8], side: int) -> Floats:
    """The mean colour of the known pixels around each pixel; far away where there are none."""
    weight = known.astype(np.float32)
    total = cv2.blur(lab * weight[:, :, None], (side, side))
    count = cv2.blur(weight, (side, side))
    mean = total / np.maximum(count, 1e-6)[:, :, None]
    return np.where(count[:, :, None] > 1e-6, mean, 1000).astype(np.float32)  # noqa: PLR2004 - none
