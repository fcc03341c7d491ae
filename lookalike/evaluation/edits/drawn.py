"""Families of edits whose strength is random for every picture."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageOps

from lookalike.evaluation.edits.draws import drawn_ground
from lookalike.evaluation.edits.geometry import (
    crop_to_area,
    frame,
    perspective,
    rotate,
    rotate_inside,
)
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.light import brightness, contrast, gamma, saturation, white_balance
from lookalike.evaluation.edits.overlays import drawn_banner, drawn_logo, drawn_watermark
from lookalike.evaluation.edits.quality import blur, noise, reencode, scale

_MIN_SHORT_SIDE = 64
"""Pixels; pictures with a smaller side are not accepted."""
_MIN_LONG_SIDE = 100
"""Pixels; pictures are not reduced to less."""


def random_crop(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A window of 40 to 90 % of the area, anywhere, with about the aspect ratio of the picture."""
    return crop_to_area(
        picture, rng.uniform(0.4, 0.9), rng, stretch=math.exp(rng.uniform(-0.3, 0.3))
    )


def random_light(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """One to four of brightness, contrast, gamma, white balance, and saturation down to grey."""
    steps = (
        lambda p: brightness(p, rng.uniform(0.5, 1.5)),
        lambda p: contrast(p, rng.uniform(0.5, 1.5)),
        lambda p: gamma(p, math.exp(rng.uniform(-0.4, 0.4))),
        lambda p: white_balance(p, *rng.uniform(0.91, 1.09, 2)),
        lambda p: saturation(p, max(0.0, rng.uniform(-0.3, 1.6))),
    )
    for step in rng.permutation(len(steps))[: int(rng.integers(1, len(steps)))]:
        picture = steps[step](picture)
    return picture


def random_geometry(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Perspective and rotation by up to 15 degrees, on a canvas or cropped; 30 % are mirrored."""
    mirrored = ImageOps.mirror(picture) if rng.random() < 0.3 else picture  # noqa: PLR2004 - three in ten
    warped = perspective(mirrored, rng.uniform(0, 0.12), rng)
    degrees = rng.uniform(-15, 15)
    if rng.random() < 0.4:  # noqa: PLR2004 - four in ten
        return rotate_inside(warped, degrees)
    return rotate(warped, degrees, drawn_ground(rng))


def random_overlay(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """One or two of a logo, a banner and a watermark, anywhere."""
    kinds = (drawn_logo, drawn_banner, drawn_watermark)
    for kind in rng.permutation(len(kinds))[: int(rng.integers(1, 3))]:
        picture = kinds[kind](picture, rng)
    return picture


def random_frame(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A border of one colour, up to a quarter of the side, on one to four sides."""
    sides = rng.uniform(0.02, 0.25, 4) * (rng.random(4) < 0.8)  # noqa: PLR2004 - one in five has none
    if not sides.any():
        sides[rng.integers(4)] = 0.15
    left, top, right, bottom = (float(side) for side in sides)
    return frame(picture, (left, top, right, bottom), drawn_ground(rng))


def random_quality(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Reduced to as little as 100 pixels, blurred or grainy, and re-encoded."""
    least = min(1.0, max(_MIN_LONG_SIDE / max(picture.size), _MIN_SHORT_SIDE / min(picture.size)))
    smaller = scale(picture, math.exp(rng.uniform(math.log(least), 0)))
    kind = rng.integers(3)
    if kind == 1:
        smaller = blur(smaller, rng.uniform(0.3, 0.006 * max(smaller.size)))
    if kind == 2:  # noqa: PLR2004 - the third kind
        smaller = noise(smaller, rng.uniform(2, 20), rng)
    return reencode(smaller, int(rng.integers(20, 90)), str(rng.choice(["JPEG", "WEBP"])))


def random_chain(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two to four families in random order; quality is reduced last."""
    chosen = rng.permutation(len(_FAMILIES))[: int(rng.integers(2, 5))]
    for index in sorted(chosen, key=lambda index: _FAMILIES[index] is random_quality):
        picture = _FAMILIES[index](picture, rng)
    return picture


_FAMILIES = (
    random_crop,
    random_light,
    random_geometry,
    random_overlay,
    random_frame,
    random_quality,
)

RANDOM: dict[str, Change] = {family.__name__: family for family in (*_FAMILIES, random_chain)}
"""Families of edits, by name."""
