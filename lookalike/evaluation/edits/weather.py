"""Haze, flares and specks over a picture: what is seen through them is the same."""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.draws import coin, drawn_ground, log_uniform
from lookalike.evaluation.edits.geometry import WHITE
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.lettering import drawn_colour
from lookalike.evaluation.edits.levels import Floats, blended, from_centre, levels_of, picture_of

_OCTAVES = 4


def random_haze(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Clouds of one colour, most often white, over 30 to 90 % of the picture; 50 to 95 % dense."""
    clouds = _clouds(picture.size, rng)
    start = float(np.quantile(clouds, rng.uniform(0.1, 0.7)))
    rise = np.clip((clouds - start) / (float(clouds.max()) - start), 0, 1)
    sheet = Image.new("RGB", picture.size, WHITE if coin(rng, 0.7) else drawn_ground(rng))
    opacity = rise ** rng.uniform(0.5, 1.5) * rng.uniform(0.5, 0.95)
    return blended(picture, sheet, np.asarray(opacity, np.float32))


def random_flare(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """One to five blurred ovals of light, brightest in the first one; light is only added."""
    dark = 255 - levels_of(picture)
    for strength in [1.0, *rng.uniform(0.2, 0.7, int(rng.integers(0, 5))).tolist()]:
        radius = rng.uniform(0.1, 0.45) * strength
        distance = from_centre(picture.size, *rng.uniform(0, 1, 2))
        glow = np.clip(1 - distance / radius, 0, 1) ** rng.uniform(0.4, 2) * strength
        light = 1 - np.array(drawn_colour(rng), np.float32) * 0.3 / 255
        dark = np.asarray(dark * (1 - glow[:, :, None] * light), np.float32)
    return picture_of(255 - dark)


def random_specks(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Flakes, drops, dust or streaks of one colour, 30 to 600, everywhere or in one part."""
    drawn = picture.copy()
    draw, colour = ImageDraw.Draw(drawn), drawn_ground(rng)
    number, side = int(log_uniform(rng, 30, 600)), math.sqrt(math.prod(picture.size))
    share = np.ones(2) if coin(rng, 0.7) else rng.uniform(0.3, 0.8, 2)
    start = rng.uniform(0, 1 - share)
    size = min(log_uniform(rng, 0.005, 0.03), 0.25 / math.sqrt(number)) * side
    degrees, length = rng.uniform(0, math.pi), size * rng.uniform(2, 6)
    are_streaks = coin(rng, 0.3)
    for x, y in ((start + share * rng.uniform(0, 1, (number, 2))) * picture.size).tolist():
        if are_streaks:
            end = (x + length * math.cos(degrees), y + length * math.sin(degrees))
            draw.line((x, y, *end), colour, max(1, round(size / 3)))
        else:
            radius = size * rng.uniform(0.3, 1) / 2
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    return Image.blend(picture, drawn, 1.0 if coin(rng) else rng.uniform(0.4, 1))


WEATHER: dict[str, Change] = {
    family.__name__: family for family in (random_haze, random_flare, random_specks)
}
"""Families of haze, flares and specks, by name."""


def _clouds(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Smooth noise in octaves, each twice as fine and half as strong; (height, width)."""
    found = np.zeros(size[::-1], np.float32)
    for octave in range(_OCTAVES):
        cells = 3 * 2**octave
        coarse = rng.normal(0, 0.5**octave, (cells, cells)).astype(np.float32)
        found += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return found
