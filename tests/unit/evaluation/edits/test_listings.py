"""Two sellers lay something of their own over one photograph, in the same place."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits import LISTINGS

SEEDS = range(20)
SIZE = (300, 400)


def _covered(before: Image.Image, after: Image.Image) -> NDArray[np.bool_]:
    levels = np.abs(np.asarray(before, np.int16) - np.asarray(after, np.int16))
    covered: NDArray[np.bool_] = levels.max(axis=2) > 8
    return covered


def _of_their_own(name: str, seed: int, colour: str = "white") -> list[NDArray[np.bool_]]:
    plain = Image.new("RGB", SIZE, colour)
    pair = LISTINGS[name](plain, plain, np.random.default_rng(seed))
    assert {listed.size for listed in pair} == {SIZE}
    return [_covered(plain, listed) for listed in pair]


@pytest.mark.parametrize("name", LISTINGS)
def test_should_cover_a_small_part_near_an_edge(name: str) -> None:
    for seed in SEEDS:
        for covered in _of_their_own(name, seed):
            assert covered.mean() < 0.4
            inner = _box(covered)[40:-40, 30:-30]
            assert not covered.any() or inner.sum() < _box(covered).sum()


@pytest.mark.parametrize("name", LISTINGS)
def test_should_cover_the_same_place_with_different_things(name: str) -> None:
    together, apart = 0, 0
    for seed in SEEDS:
        first, second = _of_their_own(name, seed)
        boxes = [_box(covered) for covered in (first, second)]
        together += bool((boxes[0] & boxes[1]).any())
        apart += bool((first != second).any())
    assert together >= len(SEEDS) - 1  # what is drawn in white cannot be seen on white
    assert apart == len(SEEDS)


@pytest.mark.parametrize("name", LISTINGS)
def test_should_draw_the_same_whatever_is_covered(name: str) -> None:
    """So a copy and another product can be asked about under one overlay."""
    grey = Image.new("RGB", SIZE, "grey")
    black = Image.new("RGB", SIZE)
    before = grey.tobytes()
    pairs = [LISTINGS[name](grey, asked, np.random.default_rng(3)) for asked in (grey, black)]
    assert pairs[0][0].tobytes() == pairs[1][0].tobytes()
    covered = [
        _box(_covered(asked, pair[1])) for asked, pair in zip((grey, black), pairs, strict=True)
    ]
    assert (covered[0] == covered[1]).mean() > 0.98
    assert grey.tobytes() == before


@pytest.mark.parametrize("name", LISTINGS)
def test_should_cover_as_much_of_a_larger_picture(name: str) -> None:
    """So the size of what lies over it does not tell another product from a copy."""
    small, large = (Image.new("RGB", (n * 300, n * 400), "grey") for n in (1, 2))
    asked = (LISTINGS[name](small, each, np.random.default_rng(5))[1] for each in (small, large))
    first, second = (
        _box(_covered(plain, listed)).mean()
        for plain, listed in zip((small, large), asked, strict=True)
    )
    assert first == pytest.approx(second, rel=0.15)


def _box(covered: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The bounding box of what is covered."""
    box = np.zeros_like(covered)
    rows, columns = (np.flatnonzero(covered.any(axis=axis)) for axis in (1, 0))
    if rows.size:
        box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    return box
