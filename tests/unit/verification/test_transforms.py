"""Transforms take points of the query to where they are in the stored picture."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from lookalike.fingerprint.phash import FORMS, Form
from lookalike.verification.transforms import (
    CORNERS,
    IDENTITY,
    Points,
    Transform,
    area,
    box_to_unit,
    clipped_to_frame,
    form_of,
    is_plausible,
    local_scale,
    moved,
    pixels_on,
    undoing,
)
from tests.unit.verification.builders import cut_out, inverse, perspective, turned

DOTS = {(255, 0, 0): (0.2, 0.15), (0, 255, 0): (0.85, 0.3), (0, 0, 255): (0.3, 0.8)}
"""Places of coloured dots on black, no three of them alike under any turn."""
INSIDE = st.floats(0, 1)
ANYWHERE = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


def _dotted(width: int = 300, height: int = 400) -> Image.Image:
    image = Image.new("RGB", (width, height))
    for colour, (x, y) in DOTS.items():
        left, top = round(x * width) - 8, round(y * height) - 8
        image.paste(colour, (left, top, left + 16, top + 16))
    return image


def _place(image: Image.Image, colour: tuple[int, int, int]) -> tuple[float, float]:
    """The centre of a dot, in the unit square."""
    weights = np.asarray(image, np.float64)[..., colour.index(255)]
    rows, columns = np.indices(weights.shape) + 0.5
    x, y = ((weights * axis).sum() / weights.sum() for axis in (columns, rows))
    return x / image.width, y / image.height


def _in_form(image: Image.Image, form: Form) -> Image.Image:
    """As ``Form`` says: mirrored left to right first, then turned clockwise."""
    if form.flipped:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.rotate(-form.rotation, Image.Resampling.BICUBIC, expand=True)


def _from_dots(query: Image.Image, stored: Image.Image) -> Transform:
    """The affine transform that takes the dots of the query to those of the stored picture."""
    before = [(*_place(query, colour), 1) for colour in DOTS]
    after = [(*_place(stored, colour), 1) for colour in DOTS]
    transform: Transform = np.linalg.solve(before, after).T.astype(np.float64)
    return transform


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_undo_a_form_of_a_real_picture(form: Form) -> None:
    stored = _dotted()
    query = _in_form(stored, form)
    for colour, place in DOTS.items():
        back = moved(undoing(form), np.array([_place(query, colour)]))
        assert back[0] == pytest.approx(place, abs=0.003)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_take_corners_to_corners_when_undoing(form: Form) -> None:
    taken = moved(undoing(form), CORNERS)
    assert sorted(map(tuple, taken.tolist())) == sorted(map(tuple, CORNERS.tolist()))


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("rotation", [0, 15, 75, 90, 105, 180, 195, 270, 345])
def test_should_tell_how_a_real_picture_was_flipped_and_turned(
    flipped: bool,  # noqa: FBT001 - a case
    rotation: int,
) -> None:
    stored = _dotted()
    query = _in_form(stored, Form(flipped, rotation))
    transform = _from_dots(query, stored)
    found = form_of(transform, query.width / query.height, stored.width / stored.height)
    assert found.flipped == flipped
    assert min((found.rotation - rotation) % 360, (rotation - found.rotation) % 360) <= 1


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_tell_each_form_exactly(form: Form) -> None:
    aspect = 0.75
    query_aspect = aspect if form.rotation % 180 == 0 else 1 / aspect
    assert form_of(undoing(form), query_aspect, aspect) == form


@given(degrees=st.integers(-180, 180))
def test_should_tell_any_turn_clockwise(degrees: int) -> None:
    transform, (width, height) = turned(degrees, (3000, 4000))
    assert form_of(transform, width / height, 0.75) == Form(False, degrees % 360)  # noqa: FBT003


def test_should_tell_no_turn_where_only_the_scale_changed() -> None:
    upright = Form(flipped=False, rotation=0)
    assert form_of(cut_out(0.1, 0.2, 0.5, 0.9), 0.75 * 0.4 / 0.7, 0.75) == upright
    assert form_of(IDENTITY, 1.5, 0.75) == upright


@given(
    box=st.tuples(st.floats(0, 0.4), st.floats(0, 0.4), st.floats(0.5, 1), st.floats(0.5, 1)),
    x=INSIDE,
    y=INSIDE,
)
def test_should_take_a_box_to_the_unit_square(
    box: tuple[float, float, float, float], x: float, y: float
) -> None:
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    assert moved(box_to_unit(box), corners) == pytest.approx(CORNERS, abs=1e-9)
    inner = np.array([(left + x * (right - left), top + y * (bottom - top))])
    assert moved(box_to_unit(box), inner)[0] == pytest.approx((x, y), abs=1e-9)


@given(point=st.tuples(INSIDE, INSIDE))
def test_should_move_points_back_by_the_inverse(point: tuple[float, float]) -> None:
    transform = perspective([(0.1, 0), (0.9, 0.1), (1, 1), (-0.1, 0.8)])
    there = moved(transform, np.array([point]))
    assert moved(inverse(transform), there)[0] == pytest.approx(point, abs=1e-9)


def test_should_move_points_by_homogeneous_coordinates() -> None:
    corners = [(0.1, 0.0), (0.9, 0.1), (1.0, 1.0), (-0.1, 0.8)]
    assert moved(perspective(corners), CORNERS) == pytest.approx(np.array(corners))
    assert moved(5 * perspective(corners), CORNERS) == pytest.approx(np.array(corners))


def test_should_have_the_derivative_at_the_centre_for_a_scale() -> None:
    transform = perspective([(0.1, 0), (0.9, 0.1), (1, 1), (-0.1, 0.8)])
    step = 1e-6
    ends = moved(transform, np.array([(0.5 + step, 0.5), (0.5, 0.5 + step), (0.5, 0.5)]))
    assert local_scale(transform) == pytest.approx(((ends[:2] - ends[2]) / step).T, abs=1e-4)


@pytest.mark.parametrize(
    ("transform", "pixels"),
    [
        (IDENTITY, (300, 400)),
        (cut_out(0, 0, 0.5, 1), (600, 400)),
        (cut_out(-0.5, 0, 1.5, 1), (150, 400)),
        (undoing(Form(flipped=False, rotation=90)), (400, 300)),
        (undoing(Form(flipped=True, rotation=0)), (300, 400)),
        # A step across or down takes both sides of the query's pixels: 1 / hypot(1 / 300, 1 / 400).
        (turned(45, (300, 300))[0], (240, 240)),
    ],
)
def test_should_tell_how_many_pixels_of_the_query_cover_the_stored_picture(
    transform: Transform, pixels: tuple[float, float]
) -> None:
    assert pixels_on(transform, (300, 400)) == pytest.approx(pixels)


@pytest.mark.parametrize(
    "transform",
    [
        IDENTITY,
        *map(undoing, FORMS),
        turned(40, (300, 400))[0],
        cut_out(0.3, 0.3, 0.7, 0.6),
        cut_out(-1, -1, 2, 2),
        perspective([(0.1, 0), (0.9, 0.1), (1, 1), (-0.1, 0.8)]),
    ],
)
def test_should_find_plausible_what_edits_do(transform: Transform) -> None:
    assert is_plausible(transform)


@pytest.mark.parametrize(
    "transform",
    [
        np.full((3, 3), math.nan),
        np.diag([math.inf, 1, 1]),
        np.diag([6.0, 6, 1]),
        np.diag([0.1, 0.1, 1]),
        np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]]),
        np.array([[1.0, 0, 0], [0, 1, 0], [-1.5, 0, 1]]),
        np.array([[1.0, 0, 0], [0, 1, 0], [1.5, 0, 1]]),
        -IDENTITY,
    ],
    ids=["nan", "infinite", "large", "small", "flat", "folded", "slanted", "behind"],
)
def test_should_find_implausible_what_no_edit_does(transform: Transform) -> None:
    assert not is_plausible(transform)


@given(st.lists(st.floats(-6, 6), min_size=4, max_size=4))
def test_should_limit_the_scales_along_all_directions(numbers: list[float]) -> None:
    linear = np.reshape(numbers, (2, 2))
    largest, smallest = np.linalg.svd(linear, compute_uv=False)
    assume(abs(largest - 5) > 1e-6 and abs(smallest - 0.2) > 1e-6)
    transform = np.eye(3)
    transform[:2, :2] = linear
    assert is_plausible(transform) == (largest < 5 and smallest > 0.2)


def test_should_clip_to_the_part_inside() -> None:
    right = clipped_to_frame(np.add(CORNERS, (0.5, 0)))
    assert sorted(map(tuple, right.tolist())) == [(0.5, 0), (0.5, 1), (1, 0), (1, 1)]
    around = clipped_to_frame(CORNERS * 3 - 1)
    assert sorted(map(tuple, around.tolist())) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert clipped_to_frame(CORNERS) == pytest.approx(CORNERS)


def test_should_clip_a_diamond_to_an_octagon() -> None:
    diamond = np.array([(0.5, -0.25), (1.25, 0.5), (0.5, 1.25), (-0.25, 0.5)])
    octagon = clipped_to_frame(diamond)
    assert len(octagon) == 8
    assert area(octagon) == pytest.approx(1 - 4 * 0.25**2 / 2)


@pytest.mark.parametrize("shift", [(1.5, 0), (-1.5, 0), (0, 2), (0, -2), (3, 3)])
def test_should_leave_nothing_of_what_lies_outside(shift: tuple[float, float]) -> None:
    assert clipped_to_frame(np.add(CORNERS, shift)).shape == (0, 2)
    assert area(clipped_to_frame(np.add(CORNERS, shift))) == 0


@given(a=ANYWHERE, b=ANYWHERE, c=ANYWHERE)
def test_should_clip_any_triangle_to_a_part_of_both(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    triangle = np.array([a, b, c])
    clipped = clipped_to_frame(triangle)
    assert ((clipped > -1e-9) & (clipped < 1 + 1e-9)).all()
    assert area(clipped) <= min(1, area(triangle)) + 1e-9
    if ((triangle >= 0) & (triangle <= 1)).all():
        assert area(clipped) == pytest.approx(area(triangle), abs=1e-9)


@pytest.mark.parametrize(
    ("polygon", "expected"),
    [(CORNERS, 1), (CORNERS[::-1], 1), (CORNERS[:3], 0.5), (CORNERS * 2 + 7, 4)],
)
def test_should_measure_areas(polygon: Points, expected: float) -> None:
    assert area(polygon) == pytest.approx(expected)
