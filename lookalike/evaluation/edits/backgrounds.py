"""Finds the foreground of a picture, and replaces the background."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from lookalike.evaluation.edits.geometry import WHITE
from lookalike.evaluation.edits.lettering import drawn_colour

Mask = NDArray[np.bool_]
"""Shape (height, width); true in the foreground."""

_SIDE = 240
"""Longer side, in pixels, of the reduced picture in which the foreground is searched."""
_LIGHT = 190
_LIKE_THE_GROUND = 14
"""Grey levels, the largest of the three channels."""
_UNIFORM_SHARE = 0.6
"""Share of the border pixels; a person in front may reach the border, too."""
_PARTS_FROM = 0.1
"""Share of the area of the largest part; smaller parts are specks."""
_MIN_FOREGROUND, _MAX_FOREGROUND = 0.08, 0.92
"""Shares of the picture between which a foreground is plausible."""


def foreground(picture: Image.Image) -> Mask:
    """The foreground: everything else than a light, near-uniform ground, or GrabCut's answer.

    If neither gives 8 to 92 % of the picture, the foreground is a centred rounded rectangle, so
    that every edit with a mask has an effect. The same picture gives the same mask.

    Source: C. Rother, V. Kolmogorov, A. Blake, "GrabCut", SIGGRAPH 2004 (OpenCV's).
    """
    small = _small(picture)
    mask = Image.frombytes("L", small.size, _small_mask(small.size, small.tobytes()))
    return np.asarray(mask.resize(picture.size, Image.Resampling.BICUBIC)) > 127  # noqa: PLR2004 - half


def on_background(picture: Image.Image, background: Image.Image) -> Image.Image:
    """The foreground of a picture on a background of the same size."""
    return Image.composite(picture, background, feathered(foreground(picture)))


def background_white(picture: Image.Image) -> Image.Image:
    """The foreground on white."""
    return on_background(picture, Image.new("RGB", picture.size, WHITE))


def on_plain_ground(picture: Image.Image) -> Image.Image:
    """The picture if its ground is light and near-uniform, and else its foreground on white."""
    is_plain = _light_ground(np.asarray(_small(picture))) is not None
    return picture if is_plain else background_white(picture)


def background_replaced(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The foreground on a random backdrop: a gradient, planks or a soft texture."""
    return on_background(picture, drawn_backdrop(picture.size, rng))


def feathered(mask: Mask) -> Image.Image:
    """The mask as opacity, with soft edges a few pixels wide."""
    return Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.GaussianBlur(1.2))


def drawn_backdrop(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """A random gradient of two colours, plain, with stripes or with a soft texture."""
    width, height = size
    ends = np.array([drawn_colour(rng), drawn_colour(rng)], np.float32)
    weight = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    values = np.repeat(ends[0] * (1 - weight) + ends[1] * weight, width, axis=1)
    kind = rng.integers(3)
    if kind == 1:
        period = max(4, width // int(rng.integers(4, 12)))
        values += np.where(np.arange(width) % period < period // 12 + 1, -50, 0)[None, :, None]
    if kind == 2:  # noqa: PLR2004 - the third kind
        coarse = rng.normal(0, 30, (12, 9)).astype(np.float32)
        values += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)[:, :, None]
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def rounded_rectangle(size: tuple[int, int]) -> Mask:
    """The mask of a picture without a plausible foreground: its middle."""
    x, y = (np.abs(np.linspace(-1, 1, length)) for length in size)
    return np.asarray((x[None, :] / 0.75) ** 4 + (y[:, None] / 0.82) ** 4 <= 1)


def _small(picture: Image.Image) -> Image.Image:
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE), reducing_gap=2)
    return small


@lru_cache(maxsize=16)
def _small_mask(size: tuple[int, int], pixels: bytes) -> bytes:
    """The mask of an RGB picture as bytes of 0 and 255; cached for several edits in a row."""
    rgb = np.frombuffer(pixels, np.uint8).reshape(size[1], size[0], 3)
    ground = _light_ground(rgb)
    mask = _cut(rgb) if ground is None else _large_parts(~ground)
    if not _MIN_FOREGROUND <= mask.mean() <= _MAX_FOREGROUND:
        mask = rounded_rectangle(size)
    return (mask.astype(np.uint8) * 255).tobytes()


def _light_ground(rgb: NDArray[np.uint8]) -> Mask | None:
    """Mask of a light, near-uniform ground that touches the border; ``None`` without one."""
    border = np.concatenate([rgb[:2].reshape(-1, 3), rgb[-2:].reshape(-1, 3)])
    border = np.concatenate([border, rgb[:, :2].reshape(-1, 3), rgb[:, -2:].reshape(-1, 3)])
    colour = np.median(border, axis=0)
    near = np.abs(rgb - colour).max(axis=2) <= _LIKE_THE_GROUND
    at_border = np.abs(border - colour).max(axis=1) <= _LIKE_THE_GROUND
    if colour.min() < _LIGHT or at_border.mean() < _UNIFORM_SHARE:
        return None
    _, labels = cv2.connectedComponents(near.astype(np.uint8))
    outside = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    return np.asarray(np.isin(labels, outside[outside > 0]))


def _cut(rgb: NDArray[np.uint8]) -> Mask:
    height, width = rgb.shape[:2]
    marks = np.zeros((height, width), np.uint8)
    margin = max(1, round(min(height, width) * 0.04))
    box = (margin, margin, width - 2 * margin, height - 2 * margin)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(np.ascontiguousarray(rgb), marks, box, *models, 3, cv2.GC_INIT_WITH_RECT)
    return _large_parts((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))


def _large_parts(mask: Mask) -> Mask:
    """Without specks and thin threads, and with holes closed that are no wider than a thread."""
    kernel = np.ones((3, 3), np.uint8)
    values = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    values = cv2.morphologyEx(values, cv2.MORPH_OPEN, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(values)
    if count == 1:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= areas.max() * _PARTS_FROM)
    return np.asarray(np.isin(labels, kept))
