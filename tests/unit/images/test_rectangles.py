"""Pictures that lie on another one are found by their straight sides, upright or turned."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.images.rectangles import (
    ANGLES,
    TURNED,
    UPRIGHT,
    Bounds,
    Rectangle,
    overlap,
    rectangles,
)
from tests.images import laid, picture

MOST = UPRIGHT + ANGLES * TURNED


def nearest(frame: Image.Image, centre: tuple[int, int], size: tuple[int, int]) -> Rectangle:
    """The rectangle whose place and sides differ least from these."""

    def difference(found: Rectangle) -> float:
        return math.dist((*found.centre, *found.sides), (*centre, *size))

    return min(rectangles(frame), key=difference)


@pytest.fixture
def ground(photos: tuple[Image.Image, ...]) -> Image.Image:
    return photos[1].resize((720, 960))


@pytest.mark.parametrize("size", [(180, 240), (260, 340), (400, 300)])
@pytest.mark.parametrize("centre", [(300, 400), (480, 640)])
def test_should_find_an_upright_picture(
    photos: tuple[Image.Image, ...],
    ground: Image.Image,
    size: tuple[int, int],
    centre: tuple[int, int],
) -> None:
    found = nearest(laid(ground, photos[0].resize(size), centre), centre, size)
    assert found.degrees == 0
    assert found.centre == pytest.approx(centre, abs=8)
    assert found.sides == pytest.approx(size, abs=16)


@pytest.mark.parametrize("degrees", [-40, -17, 9, 30, 44])
def test_should_find_a_turned_picture(
    photos: tuple[Image.Image, ...], ground: Image.Image, degrees: int
) -> None:
    centre, size = (380, 520), (300, 240)
    found = nearest(laid(ground, photos[0].resize(size), centre, degrees), centre, size)
    assert found.degrees == pytest.approx(degrees, abs=2)
    assert found.centre == pytest.approx(centre, abs=8)
    assert found.sides == pytest.approx(size, abs=20)


def test_should_find_a_picture_at_the_edge(
    photos: tuple[Image.Image, ...], ground: Image.Image
) -> None:
    """Two of its sides are those of the frame."""
    centre, size = (130, 170), (260, 340)
    found = nearest(laid(ground, photos[0].resize(size), centre), centre, size)
    assert found.centre == pytest.approx(centre, abs=8)
    assert found.sides == pytest.approx(size, abs=16)


def test_should_find_every_one_of_several_pictures(
    photos: tuple[Image.Image, ...], ground: Image.Image
) -> None:
    places, size = [(150, 200), (520, 300), (330, 740)], (220, 260)
    frame = ground
    for place, photo in zip(places, photos[2:5], strict=True):
        frame = laid(frame, photo.resize(size), place)
    for place in places:
        assert nearest(frame, place, size).centre == pytest.approx(place, abs=12)


def test_should_find_the_exact_sides_of_a_plain_rectangle() -> None:
    frame = Image.new("RGB", (240, 200), "white")
    frame.paste("black", (40, 50, 120, 111))
    assert rectangles(frame)[0] == Rectangle((80, 80.5), (80, 61))


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3, 2), (40, 5), (1000, 12)])
def test_should_find_nothing_in_tiny_pictures_and_strips(size: tuple[int, int]) -> None:
    assert rectangles(picture(*size)) == []


def test_should_find_nothing_in_one_colour() -> None:
    assert rectangles(Image.new("RGB", (300, 400), "navy")) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 500), st.integers(1, 500))
def test_should_stay_within_every_frame(seed: int, width: int, height: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    found = rectangles(Image.fromarray(noise))
    assert len(found) <= MOST
    for (x, y), sides, degrees in found:
        assert -45 <= degrees <= 45
        assert min(sides) >= 10
        assert 0 < x < width
        assert 0 < y < height
        if degrees == 0:
            assert sides[0] / 2 <= x <= width - sides[0] / 2
            assert sides[1] / 2 <= y <= height - sides[1] / 2


@pytest.mark.parametrize(
    ("other", "share"),
    [
        ((0.0, 0.0, 0.5, 1.0), 1.0),
        ((0.25, 0.0, 0.75, 1.0), 1 / 3),
        ((0.5, 0.0, 1.0, 1.0), 0.0),
        ((0.7, 0.0, 1.0, 0.5), 0.0),
        ((0.0, 0.0, 0.0, 0.0), 0.0),
    ],
)
def test_should_say_how_far_two_boxes_are_one(other: Bounds, share: float) -> None:
    half = (0.0, 0.0, 0.5, 1.0)
    assert overlap(half, other) == overlap(other, half) == pytest.approx(share)
    assert overlap((0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 1.0)) == 0
