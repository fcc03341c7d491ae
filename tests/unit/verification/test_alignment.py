"""Pictures that nearly lie on each other are aligned to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from lookalike.verification.alignment import AlignmentTarget, align
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import CORNERS, IDENTITY, Transform, moved
from tests.unit.verification.builders import cut_out, perspective, seen, turned

PIXEL = 1 / 96
"""Of the largest size at which pictures are aligned."""
NEARBY = {
    "itself": IDENTITY,
    "shifted": cut_out(0.03, -0.02, 1.03, 0.98),
    "cropped": cut_out(0.03, 0.04, 0.97, 0.99),
    "framed": cut_out(-0.04, -0.03, 1.03, 1.04),
    "turned": turned(3, (400, 533))[0],
    "slanted": perspective([(0.03, 0.0), (0.97, 0.02), (1.0, 0.98), (-0.02, 0.97)]),
}


def _aligned(query: Image.Image, stored: Image.Image, start: Transform) -> Transform | None:
    square = stored.resize((288, 288), Image.Resampling.LANCZOS)
    return align(Pyramid(query), AlignmentTarget(Pyramid(square)), start)


def _farthest(found: Transform | None, true: Transform) -> float:
    """How far corners of the query are from where they should be, in pixels."""
    assert found is not None
    return float(np.abs(moved(found, CORNERS) - moved(true, CORNERS)).max()) / PIXEL


@pytest.mark.parametrize("name", NEARBY)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_should_align_a_copy_to_half_a_pixel(
    name: str, number: int, photos: tuple[Image.Image, ...]
) -> None:
    query = seen(photos[number], NEARBY[name])
    assert _farthest(_aligned(query, photos[number], IDENTITY), NEARBY[name]) < 0.5


def test_should_stay_where_pictures_lie_on_each_other(photos: tuple[Image.Image, ...]) -> None:
    assert _farthest(_aligned(photos[0], photos[0], IDENTITY), IDENTITY) < 0.05


def test_should_start_from_any_transform(photos: tuple[Image.Image, ...]) -> None:
    """Half of the picture, whose place is roughly known."""
    true = cut_out(0.2, 0.1, 0.9, 0.8)
    query = seen(photos[0], true, (280, 373))
    found = _aligned(query, photos[0], cut_out(0.22, 0.08, 0.91, 0.82))
    assert _farthest(found, true) < 1


@pytest.mark.parametrize(
    "change",
    [lambda level: 0.6 * level, lambda level: 255 * (level / 255) ** 0.6],
    ids=["darker", "gamma"],
)
def test_should_not_mind_brightness(
    change: Callable[[int], float], photos: tuple[Image.Image, ...]
) -> None:
    query = seen(photos[0], NEARBY["shifted"]).point(change)
    assert _farthest(_aligned(query, photos[0], IDENTITY), NEARBY["shifted"]) < 1


def test_should_not_be_pulled_by_an_opaque_logo(photos: tuple[Image.Image, ...]) -> None:
    query = seen(photos[0], NEARBY["shifted"])
    query.paste((220, 30, 30), (30, 40, 180, 140))
    assert _farthest(_aligned(query, photos[0], IDENTITY), NEARBY["shifted"]) < 1


@pytest.mark.parametrize("away", [1.5, 3.0])
def test_should_give_up_where_pictures_do_not_overlap(
    away: float, photos: tuple[Image.Image, ...]
) -> None:
    beside = cut_out(away, 0, 1 + away, 1)
    assert _aligned(photos[0], photos[0], beside) is None


def test_should_give_up_where_hardly_anything_is_shown(photos: tuple[Image.Image, ...]) -> None:
    assert _aligned(photos[0], photos[0], cut_out(0.4, 0.4, 0.58, 0.58)) is None


def test_should_leave_plain_pictures_where_they_are() -> None:
    """Nothing pulls, and nothing is divided by the contrast that they do not have."""
    plain = Image.new("RGB", (192, 192), "grey")
    assert _farthest(_aligned(plain, plain, NEARBY["cropped"]), NEARBY["cropped"]) < 0.01
