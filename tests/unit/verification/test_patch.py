"""A patch is one compact part of a query that shows something else than the stored picture."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.verification.aligned_pixels import Planes
from lookalike.verification.difference_features import difference_features
from lookalike.verification.patch import patch
from lookalike.verification.transforms import Points
from tests.unit.verification.builders import aligned_pixels

RNG = np.random.default_rng(3)
STORED, PASTED = (
    RNG.integers(20, 235, (3, 24, 24)).repeat(4, axis=1).repeat(4, axis=2).astype(np.float32)
    for _ in range(2)
)


def _with(*boxes: tuple[int, int, int, int]) -> Planes:
    """The stored picture with parts of another one: first row and column, ends of both."""
    query = STORED.copy()
    for top, left, bottom, right in boxes:
        query[:, top:bottom, left:right] = PASTED[:, top:bottom, left:right]
    return query


def _patch(query: Planes) -> Points | None:
    pixels = aligned_pixels(query=query, stored=STORED)
    return patch(pixels, difference_features(pixels))


@pytest.mark.parametrize("box", [(20, 40, 60, 84), (8, 8, 28, 24), (36, 4, 92, 60)])
def test_should_find_the_box_of_a_pasted_picture(box: tuple[int, int, int, int]) -> None:
    top, left, bottom, right = np.array(box) / 96
    found = _patch(_with(box))
    assert found is not None
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    assert found == pytest.approx(np.array(corners), abs=0.05)


@pytest.mark.parametrize(
    "boxes",
    [
        (),
        ((40, 40, 48, 52),),  # too small
        tuple((y, x, y + 16, x + 16) for y in (4, 40, 76) for x in (4, 40, 76)),  # everywhere
        tuple((step, step, step + 8, step + 12) for step in range(4, 80, 4)),  # a diagonal
    ],
)
def test_should_find_no_patch(boxes: tuple[tuple[int, int, int, int], ...]) -> None:
    assert _patch(_with(*boxes)) is None
