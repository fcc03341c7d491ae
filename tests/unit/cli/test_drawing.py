"""The drawing shows where the shared area is, and which corner is which."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image
from typer.testing import CliRunner

from lookalike.api.compare.models import ComparisonEvidence
from lookalike.cli.app import app
from lookalike.cli.drawing import CORNERS, DISC, GAP, HEIGHT, SHARED, side_by_side
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Evidence, Outline

GREY = (180, 180, 180)
DARK = (90, 90, 90)
WIDTH = 360
"""Of each half: the pictures are three quarters as wide as high."""


def _picture(trim_box: tuple[int, int, int, int] = (0, 0, 600, 800)) -> PreparedPicture:
    return PreparedPicture(Image.new("RGB", (600, 800), GREY), trim_box, 600, 800)


def _drawn(
    a: PreparedPicture, b: PreparedPicture, evidence: Evidence
) -> tuple[Image.Image, Image.Image]:
    """The halves of the drawing."""
    drawing = side_by_side(a, b, ComparisonEvidence.of(evidence))
    assert drawing.size == (2 * WIDTH + GAP, HEIGHT)
    left = drawing.crop((0, 0, WIDTH, HEIGHT))
    return left, drawing.crop((WIDTH + GAP, 0, 2 * WIDTH + GAP, HEIGHT))


def _outlined(of_a: Outline, of_b: Outline) -> tuple[Image.Image, Image.Image]:
    evidence = Evidence(1, 1, outline_of_query=of_a, outline_of_match=of_b)
    return _drawn(_picture(), _picture(), evidence)


def _at(half: Image.Image, x: float, y: float) -> object:
    """The colour at a place in fractions of the half."""
    return half.getpixel((round(x * WIDTH), round(y * HEIGHT)))


def _disc(half: Image.Image, x: float, y: float) -> object:
    """The most frequent colour around a corner: that of its disc, not of its number."""
    left, top = round(x * WIDTH) - DISC // 2, round(y * HEIGHT) - DISC // 2
    colours = half.crop((left, top, left + DISC, top + DISC)).get_flattened_data()
    return Counter(colours).most_common(1)[0][0]


def test_should_darken_what_is_not_shared() -> None:
    middle = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    top_half = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
    left, right = _outlined(middle, top_half)
    assert (_at(left, 0.5, 0.5), _at(left, 0.5, 0.1), _at(left, 0.1, 0.5)) == (GREY, DARK, DARK)
    assert (_at(right, 0.5, 0.2), _at(right, 0.5, 0.8)) == (GREY, DARK)
    assert (_at(left, 0.5, 0.25), _at(right, 0.5, 0.5)) == (SHARED, SHARED)


def test_should_follow_a_slanted_outline() -> None:
    slanted = ((0.5, 0.1), (0.9, 0.5), (0.5, 0.9), (0.1, 0.5))
    left, _ = _outlined(slanted, slanted)
    assert _at(left, 0.5, 0.5) == GREY
    assert [_at(left, x, y) for x in (0.2, 0.8) for y in (0.2, 0.8)] == [DARK] * 4


def test_should_give_what_is_one_corner_one_colour() -> None:
    """A mirrored copy has its first corner at the other side."""
    here = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
    there = ((0.7, 0.3), (0.3, 0.3), (0.3, 0.7), (0.7, 0.7))
    left, right = _outlined(here, there)
    assert [_disc(left, x, y) for x, y in here] == list(CORNERS[:4])
    assert [_disc(right, x, y) for x, y in there] == list(CORNERS[:4])


def test_should_keep_corners_at_the_edge_whole() -> None:
    frame = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    left, _ = _outlined(frame, frame)
    inside = [(DISC, DISC), (WIDTH - DISC, DISC), (WIDTH - DISC, HEIGHT - DISC)]
    assert [_disc(left, x / WIDTH, y / HEIGHT) for x, y in inside] == list(CORNERS[:3])


@pytest.mark.parametrize("corners", [3, 8])
def test_should_draw_as_many_corners_as_there_are(corners: int) -> None:
    around = [(0.3, 0.2), (0.7, 0.2), (0.8, 0.4), (0.8, 0.6), (0.7, 0.8), (0.3, 0.8)]
    outline = tuple([*around, (0.2, 0.6), (0.2, 0.4)][:corners])
    left, _ = _outlined(outline, outline)
    colours = [CORNERS[index % len(CORNERS)] for index in range(corners)]
    assert [_disc(left, x, y) for x, y in outline] == colours


def test_should_frame_whole_pictures_where_only_sizes_are_known() -> None:
    bordered = _picture((60, 80, 540, 720))
    evidence = Evidence(1, 1, area_of_query=1.0, area_of_match=0.64)
    left, right = _drawn(_picture(), bordered, evidence)
    assert (_at(left, 0.5, 0.003), _at(left, 0.5, 0.5)) == (SHARED, GREY)
    assert (_at(right, 0.5, 0.003), _at(right, 0.5, 0.103)) == (GREY, SHARED)


def test_should_draw_nothing_where_nothing_is_known() -> None:
    for half in _drawn(_picture(), _picture(), Evidence(1, 1)):
        assert half.getcolors() == [(WIDTH * HEIGHT, GREY)]


@pytest.mark.parametrize("name", ["both.tif", "both", "both.png.txt"])
def test_should_refuse_a_file_that_it_cannot_draw_before_it_looks_at_a_picture(name: str) -> None:
    done = CliRunner().invoke(app, ["compare", "missing.jpg", "missing.jpg", "--picture", name])
    assert done.exit_code == 2
    assert "has to end in one of .png" in done.stderr
