"""A picture that lies on another one is looked at upright, and placed in the whole."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.rectangle_views import rectangle_views
from lookalike.matching.views import View
from lookalike.verification.transforms import CORNERS, Points, moved
from tests.images import laid

SIZE, SIDES, CENTRE = (900, 700), (320, 240), (520, 330)
"""Of the whole, of the picture that lies on it, and the place of that picture's middle."""


def within(photos: tuple[Image.Image, ...], degrees: float) -> View:
    """The view that comes nearest to a picture laid on another one, turned clockwise."""
    whole = laid(photos[1].resize(SIZE), photos[0].resize(SIDES), CENTRE, degrees)
    views = rectangle_views(PreparedPicture(whole, trim_box(whole), *whole.size))
    expected = corners(degrees)
    return min(views, key=lambda view: np.abs(moved(view.to_whole, CORNERS) - expected).max())


def corners(degrees: float) -> Points:
    """The corners of the picture in the unit square of the whole."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    placed: Points = ((np.array(CORNERS) - 0.5) * SIDES @ turn.T + CENTRE) / SIZE
    return placed


@pytest.mark.parametrize("degrees", [0, 24, -36])
def test_should_know_the_place_of_each_corner(
    photos: tuple[Image.Image, ...], degrees: float
) -> None:
    found = moved(within(photos, degrees).to_whole, CORNERS)
    assert found == pytest.approx(corners(degrees), abs=0.03)


@pytest.mark.parametrize("degrees", [0, 24, -36])
def test_should_show_the_picture_upright(photos: tuple[Image.Image, ...], degrees: float) -> None:
    view = within(photos, degrees)
    shown, expected = (
        np.asarray(picture.resize((16, 12)), float) for picture in (view.picture.whole, photos[0])
    )
    assert np.abs(shown - expected)[1:-1, 1:-1].mean() < 12


def test_should_tell_how_the_view_is_turned(photos: tuple[Image.Image, ...]) -> None:
    """What is upright in the view is turned in the whole."""
    assert within(photos, 24).rotation == pytest.approx(336, abs=2)
    assert within(photos, -36).rotation == pytest.approx(36, abs=2)
    assert within(photos, 0).rotation == 0


def test_should_have_no_views_of_one_colour() -> None:
    plain = Image.new("RGB", SIZE, "olive")
    assert list(rectangle_views(PreparedPicture(plain, (0, 0, *SIZE), *SIZE))) == []
