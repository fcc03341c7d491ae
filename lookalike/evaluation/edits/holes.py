"""Rectangles and rows of squares in which nothing of a picture is left."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.evaluation.edits.backgrounds import Mask
from lookalike.evaluation.edits.draws import coin, drawn_ground, log_uniform
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.levels import levels_of, picture_of


def random_holes(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two to eight rectangles, or squares in rows, of one colour or noise, over 2 to 50 %."""
    covered = _holes_in_rows(picture.size, rng) if coin(rng, 0.4) else _holes(picture.size, rng)
    ink = np.full((picture.height, picture.width, 3), drawn_ground(rng), np.float32)
    if coin(rng, 0.25):
        ink = rng.uniform(0, 255, ink.shape).astype(np.float32)
    return picture_of(np.where(covered[:, :, None], ink, levels_of(picture)))


HOLES: dict[str, Change] = {random_holes.__name__: random_holes}
"""Families of holes, by name."""


def _holes(size: tuple[int, int], rng: np.random.Generator) -> Mask:
    """Rectangles of 6 to 28 % of each side, anywhere."""
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


def _holes_in_rows(size: tuple[int, int], rng: np.random.Generator) -> Mask:
    """Squares at one distance, over 8 to 50 % of the area."""
    period = log_uniform(rng, 0.04, 0.25) * min(size)
    share = rng.uniform(0.3, 0.65)
    x, y = (
        (np.arange(length) + start) % period < period * share
        for length, start in zip(size, rng.uniform(0, period, 2), strict=True)
    )
    return np.asarray(y[:, None] & x[None, :])
