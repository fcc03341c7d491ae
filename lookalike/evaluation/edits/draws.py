"""Draws random choices and strengths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from lookalike.evaluation.edits.geometry import BLACK, WHITE, Colour
from lookalike.evaluation.edits.lettering import drawn_colour

Option = TypeVar("Option")


def coin(rng: np.random.Generator, share: float = 0.5) -> bool:
    """True in this share of the draws."""
    return bool(rng.random() < share)


def one_of(rng: np.random.Generator, options: Sequence[Option]) -> Option:
    """One of the options, each as likely as the others."""
    return options[int(rng.integers(len(options)))]


def some_of(
    rng: np.random.Generator, options: Sequence[Option], least: int, most: int
) -> list[Option]:
    """Between ``least`` and ``most`` different options in random order."""
    chosen = rng.permutation(len(options))[: int(rng.integers(least, most + 1))]
    return [options[place] for place in chosen]


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number whose logarithm is uniform, so that halving is as likely as doubling."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def drawn_ground(rng: np.random.Generator) -> Colour:
    """White, black or a random colour."""
    return one_of(rng, (WHITE, BLACK, drawn_colour(rng)))
