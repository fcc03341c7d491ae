"""Edits of drawn strength, over many seeds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits import RANDOM

SEEDS = range(40)
Levels = NDArray[np.float32]


def edited(name: str, source: Image.Image, seed: int) -> Image.Image:
    """A picture under an edit of ``RANDOM``."""
    return RANDOM[name](source, np.random.default_rng(seed))


def edited_by_all(name: str, source: Image.Image) -> list[Levels]:
    """The levels of a picture under an edit with each of ``SEEDS``."""
    return [np.asarray(edited(name, source, seed), np.float32) for seed in SEEDS]
