"""Translucent sheets, shades and stripes over the whole picture, of drawn strength."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.evaluation.edits.draws import coin, drawn_ground, log_uniform, one_of
from lookalike.evaluation.edits.geometry import BLACK, WHITE
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.levels import Floats, along, blended, from_centre


def random_veil(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A sheet of one colour that lets 15 to 80 % of the picture through, evenly or as a shade."""
    veil = 1 - rng.uniform(0.15, 0.8)
    shape = one_of(rng, (_even, _even, _linear, _radial))
    sheet = Image.new("RGB", picture.size, drawn_ground(rng))
    return blended(picture, sheet, np.float32(veil) * shape(picture.size, rng))


def random_vignette(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Corners that are darker by 50 to 95 %, or as much lighter."""
    start = rng.uniform(0.2, 0.6)
    distance = from_centre(picture.size, *rng.uniform(0.4, 0.6, 2))
    rise = np.clip((distance - start) / (1 - start), 0, 1) ** rng.uniform(0.8, 2)
    edge = Image.new("RGB", picture.size, BLACK if coin(rng, 0.75) else WHITE)
    return blended(picture, edge, np.asarray(rise * rng.uniform(0.5, 0.95), np.float32))


def random_stripes(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Stripes or a grid over 10 to 60 % of the picture, at any angle, half of them opaque."""
    period = max(3.0, log_uniform(rng, 0.012, 0.25) * max(picture.size))
    share = rng.uniform(0.1, 0.6)
    degrees = rng.uniform(0, 180) if coin(rng) else float(rng.choice([0, 45, 90, 135]))
    if coin(rng, 0.35):
        share = 1 - (1 - share) ** 0.5
        covered = _stripes(picture.size, degrees, period, share)
        covered = np.maximum(covered, _stripes(picture.size, degrees + 90, period, share))
    else:
        covered = _stripes(picture.size, degrees, period, share)
    opacity = 1.0 if coin(rng) else rng.uniform(0.3, 0.85)
    ink = Image.new("RGB", picture.size, drawn_ground(rng))
    return blended(picture, ink, covered * np.float32(opacity))


VEILS: dict[str, Change] = {
    family.__name__: family for family in (random_veil, random_vignette, random_stripes)
}
"""Families of veils, by name."""


def _even(size: tuple[int, int], _: np.random.Generator) -> Floats:
    return np.ones(size[::-1], np.float32)


def _linear(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A shade from a weak side to a strong one, mostly upright."""
    degrees = float(rng.choice([0, 90, 180, 270])) if coin(rng, 0.7) else rng.uniform(0, 360)
    distance = along(size, degrees)
    return _from_weak_to_strong(distance / max(float(distance.max()), 1), rng)


def _radial(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A shade from a point outwards, or from outside to that point."""
    distance = from_centre(size, *rng.uniform(0.2, 0.8, 2))
    return _from_weak_to_strong(distance if coin(rng) else 1 - distance, rng)


def _from_weak_to_strong(rise: Floats, rng: np.random.Generator) -> Floats:
    weak = np.float32(rng.uniform(0, 0.7))
    return np.asarray(weak + (1 - weak) * rise, np.float32)


def _stripes(size: tuple[int, int], degrees: float, period: float, share: float) -> Floats:
    """Opacity of stripes whose edges are as smooth as one pixel."""
    place = along(size, degrees) % period
    width = period * share
    return np.asarray(np.clip(np.minimum(place, width - place) + 0.5, 0, 1), np.float32)
