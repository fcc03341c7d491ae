"""One part of the picture changed, the rest left as it is."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.draws import coin, one_of
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.lettering import drawn_colour
from lookalike.evaluation.edits.light import brightness, saturation
from lookalike.evaluation.edits.quality import blur, thumbnail


def random_half(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """30 to 60 % from one side, or a corner cut off by a slanting line, changed in one way."""
    changed = one_of(
        rng, (_light, _mirrored, _mirrored, _upside_down, _blurred, _grey, _tinted, _squares)
    )
    width, height = picture.size
    box = _drawn_side(width, height, rng)
    part = changed(picture.crop(box), rng)
    result = picture.copy()
    result.paste(part, box[:2], _slanting(part.size, rng) if coin(rng, 0.25) else None)
    return result


HALVES: dict[str, Change] = {"random_half": random_half}
"""Families of partial changes, by name."""

_Box = tuple[int, int, int, int]


def _drawn_side(width: int, height: int, rng: np.random.Generator) -> _Box:
    share = rng.uniform(0.3, 0.6)
    x, y = max(1, round(width * share)), max(1, round(height * share))
    sides: tuple[_Box, ...] = (
        (0, 0, x, height),
        (width - x, 0, width, height),
        (0, 0, width, y),
        (0, height - y, width, height),
    )
    return one_of(rng, sides)


def _slanting(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Opacity of a part that ends in a slanting line."""
    mask = Image.new("L", size)
    width, height = size
    tip = float(rng.uniform(0, 0.6))
    corners = [(0.0, 0.0), (float(width), 0.0), (width * tip, float(height)), (0.0, float(height))]
    ImageDraw.Draw(mask).polygon(corners, 255)
    return mask


def _light(part: Image.Image, rng: np.random.Generator) -> Image.Image:
    return brightness(part, rng.uniform(0.15, 0.6) if coin(rng, 0.7) else rng.uniform(1.4, 2.2))


def _mirrored(part: Image.Image, _: np.random.Generator) -> Image.Image:
    return ImageOps.mirror(part)


def _upside_down(part: Image.Image, _: np.random.Generator) -> Image.Image:
    return ImageOps.flip(part)


def _blurred(part: Image.Image, rng: np.random.Generator) -> Image.Image:
    return blur(part, rng.uniform(0.01, 0.05) * max(part.size))


def _grey(part: Image.Image, _: np.random.Generator) -> Image.Image:
    return saturation(part, 0)


def _tinted(part: Image.Image, rng: np.random.Generator) -> Image.Image:
    return Image.blend(part, Image.new("RGB", part.size, drawn_colour(rng)), rng.uniform(0.3, 0.7))


def _squares(part: Image.Image, rng: np.random.Generator) -> Image.Image:
    small = thumbnail(part, min(max(part.size), int(rng.integers(8, 30))))
    return small.resize(part.size, Image.Resampling.NEAREST)
