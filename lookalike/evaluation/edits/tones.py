"""Strong changes of light and colour that touch the whole picture, of drawn strength."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageOps

from lookalike.evaluation.edits.draws import coin, log_uniform, one_of, some_of
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.lettering import drawn_colour
from lookalike.evaluation.edits.levels import Floats, levels_of, picture_of
from lookalike.evaluation.edits.light import brightness, contrast, gamma

_CHANNEL_ORDERS = ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
_SEPIA = np.array([(0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131)], np.float32)
"""The usual matrix from RGB to a brown print."""
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)


def random_strong_light(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """One to three of brightness 0.3 to 2, contrast 0.25 to 2 and gamma 0.4 to 2.5; clipped."""
    steps: tuple[Callable[[Image.Image], Image.Image], ...] = (
        lambda p: brightness(p, log_uniform(rng, 0.3, 2)),
        lambda p: contrast(p, log_uniform(rng, 0.25, 2)),
        lambda p: gamma(p, log_uniform(rng, 0.4, 2.5)),
    )
    for step in some_of(rng, steps, 1, 3):
        picture = step(picture)
    return picture


def random_channels(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Red, green and blue exchanged."""
    red, green, blue = (picture.getchannel(channel) for channel in one_of(rng, _CHANNEL_ORDERS))
    return Image.merge("RGB", (red, green, blue))


def random_filter(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Sepia, two colours instead of black and white, a tint, crossed curves, or black and white."""
    apply = one_of(rng, (_sepia, _duotone, _tinted, _cross_processed, _black_and_white))
    return picture_of(apply(levels_of(picture), rng))


def random_curve(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Equalised, burnt out in the lights, bent by a drawn curve, or turned over in the lights."""
    return one_of(rng, (_equalised, _burnt, _bent, _solarised))(picture, rng)


TONES: dict[str, Change] = {
    family.__name__: family
    for family in (random_strong_light, random_channels, random_filter, random_curve)
}
"""Families of tones, by name."""


def _sepia(levels: Floats, rng: np.random.Generator) -> Floats:
    brown = levels @ _SEPIA.T
    return np.asarray(levels + (brown - levels) * rng.uniform(0.5, 1), np.float32)


def _duotone(levels: Floats, rng: np.random.Generator) -> Floats:
    """Grey levels from one colour to a lighter one."""
    ends = np.array([drawn_colour(rng), drawn_colour(rng)], np.float32)
    dark, light = ends[np.argsort(ends @ _LUMA)]
    light = light + (255 - light) * np.float32(rng.uniform(0.2, 0.9))
    return np.asarray(dark * 0.6 + (light - dark * 0.6) * _grey(levels) / 255, np.float32)


def _tinted(levels: Floats, rng: np.random.Generator) -> Floats:
    """Multiplied by a light colour, as under a coloured lamp."""
    lamp = 1 - rng.uniform(0, 0.6, 3)
    return np.asarray(levels * (lamp / lamp.max()), np.float32)


def _cross_processed(levels: Floats, rng: np.random.Generator) -> Floats:
    """A steeper curve for some channels and a flatter one for others, as in the wrong bath."""
    share = levels / 255
    steep = share * share * (3 - 2 * share)
    flat = 0.15 + 0.7 * share
    weight = rng.uniform(0.5, 1, 3)
    curved = np.where(np.array([coin(rng) for _ in range(3)]), steep, flat)
    return np.asarray(255 * (share + (curved - share) * weight), np.float32)


def _black_and_white(levels: Floats, rng: np.random.Generator) -> Floats:
    """Grey with more contrast, or one channel alone, as through a colour filter."""
    grey = _grey(levels) if coin(rng) else levels[:, :, [int(rng.integers(3))]]
    steeper = (grey - 128) * rng.uniform(1, 2) + 128
    return np.repeat(np.asarray(steeper, np.float32), 3, axis=2)


def _equalised(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """All levels of luminance equally frequent, by 50 to 100 %."""
    luma, blue, red = picture.convert("YCbCr").split()
    equal = Image.merge("YCbCr", (ImageOps.equalize(luma), blue, red)).convert("RGB")
    return Image.blend(picture, equal, rng.uniform(0.5, 1))


def _burnt(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Lights multiplied by up to 1.3 to 2.5, rising from a drawn level on, as in snow; clipped."""
    levels, start = levels_of(picture), rng.uniform(60, 180)
    rise = np.clip((_grey(levels) - start) / 60, 0, 1)
    return picture_of(np.asarray(levels * (1 + rise * rng.uniform(0.3, 1.5)), np.float32))


def _bent(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The mean of the levels and of a drawn curve that rises from any level to any other."""
    curve = np.sort(rng.uniform(0, 255, 5))
    levels = levels_of(picture)
    bent = np.interp(levels, np.linspace(0, 255, 5), curve).astype(np.float32)
    return picture_of(np.asarray((levels + bent) / 2, np.float32))


def _solarised(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Negative above a level of 110 to 220."""
    return ImageOps.solarize(picture, int(rng.integers(110, 220)))


def _grey(levels: Floats) -> Floats:
    return np.asarray((levels @ _LUMA)[:, :, None], np.float32)
