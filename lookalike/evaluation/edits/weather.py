"""Haze, specks, flares and holes over a picture: what is seen through them is the same."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.draws import coin, drawn_ground, log_uniform
from lookalike.evaluation.edits.geometry import WHITE
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.lettering import drawn_colour
from lookalike.evaluation.edits.levels import Floats, blended, from_centre, levels_of, picture_of

_OCTAVES = 4


def random_haze(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Clouds of one light colour that cover 30 to 90 % of the picture, densest at 50 to 95 %."""
    clouds = _clouds(picture.size, rng)
    start = float(np.quantile(clouds, rng.uniform(0.1, 0.7)))
    rise = np.clip((clouds - start) / (float(clouds.max()) - start), 0, 1)
    sheet = Image.new("RGB", picture.size, WHITE if coin(rng, 0.7) else drawn_ground(rng))
    opacity = rise ** rng.uniform(0.5, 1.5) * rng.uniform(0.5, 0.95)
    return blended(picture, sheet, np.asarray(opacity, np.float32))


def random_flare(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """One to five blurred discs of light, brightest in the first one."""
    levels = levels_of(picture)
    for strength in [1.0, *rng.uniform(0.2, 0.7, int(rng.integers(0, 5))).tolist()]:
        radius = rng.uniform(0.1, 0.45) * strength
        distance = from_centre(picture.size, *rng.uniform(0, 1, 2))
        glow = np.clip(1 - distance / radius, 0, 1) ** rng.uniform(0.4, 2) * strength
        light = 255 - np.array(drawn_colour(rng), np.float32) * 0.3
        levels = levels + (light - levels) * np.asarray(glow, np.float32)[:, :, None]
    return picture_of(levels)


def random_specks(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Flakes, drops, dust or streaks of one colour, 30 to 600, everywhere or in one part."""
    drawn = picture.copy()
    draw, colour = ImageDraw.Draw(drawn), drawn_ground(rng)
    number, side = int(log_uniform(rng, 30, 600)), max(picture.size)
    size = min(log_uniform(rng, 0.003, 0.03), 0.25 / math.sqrt(number)) * side
    low, high = (0.0, 1.0) if coin(rng, 0.7) else sorted(rng.uniform(0, 1, 2).tolist())
    degrees, length = rng.uniform(0, math.pi), size * rng.uniform(2, 6)
    are_streaks = coin(rng, 0.3)
    for x, y in (rng.uniform(low, high, (number, 2)) * picture.size).tolist():
        if are_streaks:
            end = (x + length * math.cos(degrees), y + length * math.sin(degrees))
            draw.line((x, y, *end), colour, max(1, round(size / 3)))
        else:
            radius = size * rng.uniform(0.3, 1) / 2
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    return Image.blend(picture, drawn, 1.0 if coin(rng) else rng.uniform(0.4, 1))


def random_holes(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two to eight rectangles, or squares in rows, in one colour or noise over 5 to 45 %."""
    covered = _holes_in_rows(picture.size, rng) if coin(rng, 0.4) else _holes(picture.size, rng)
    ink = np.full((picture.height, picture.width, 3), drawn_ground(rng), np.float32)
    if coin(rng, 0.25):
        ink = rng.uniform(0, 255, ink.shape).astype(np.float32)
    return picture_of(np.where(covered[:, :, None], ink, levels_of(picture)))


WEATHER: dict[str, Change] = {
    family.__name__: family for family in (random_haze, random_flare, random_specks, random_holes)
}
"""Families of haze, specks and holes, by name."""


def _clouds(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Smooth noise in octaves, each twice as fine and half as strong; (height, width)."""
    found = np.zeros(size[::-1], np.float32)
    for octave in range(_OCTAVES):
        cells = 3 * 2**octave
        coarse = rng.normal(0, 0.5**octave, (cells, cells)).astype(np.float32)
        found += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return found


def _holes(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.bool_]:
    covered = np.zeros(size[::-1], bool)
    for _ in range(int(rng.integers(2, 9))):
        wide, high = (
            max(1, round(s * length))
            for s, length in zip(rng.uniform(0.06, 0.28, 2), size, strict=True)
        )
        x, y = (
            int(rng.integers(0, length - s + 1))
            for s, length in zip((wide, high), size, strict=True)
        )
        covered[y : y + high, x : x + wide] = True
    return covered


def _holes_in_rows(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Squares at one distance, over 9 to 42 % of the area."""
    period = log_uniform(rng, 0.04, 0.25) * min(size)
    share = rng.uniform(0.3, 0.65)
    x, y = (
        (np.arange(length) + start) % period < period * share
        for length, start in zip(size, rng.uniform(0, period, 2), strict=True)
    )
    return np.asarray(y[:, None] & x[None, :])
