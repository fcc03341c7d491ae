"""A picture is shown at several sizes, and on the frame of another one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from lookalike.fingerprint.phash import FORMS
from lookalike.verification.pyramid import SIDES, Pyramid, shown
from lookalike.verification.transforms import IDENTITY, undoing
from tests.images import picture
from tests.unit.verification.builders import cut_out, inverse, turned


def _difference(a: object, b: object) -> float:
    return float(np.abs(np.asarray(a, np.float32) - np.asarray(b, np.float32)).mean())


def _square(image: Image.Image, side: int) -> Image.Image:
    return image.resize((side, side), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("side", SIDES)
def test_should_show_the_frame_as_a_square(side: int, photos: tuple[Image.Image, ...]) -> None:
    square = Pyramid(photos[0]).square(side)
    assert square.size == (side, side)
    assert square.mode == "RGB"
    assert _difference(square, _square(photos[0], side)) < 1.5


def test_should_show_a_square_of_its_own_size_as_it_is() -> None:
    frame = picture(192, 192)
    assert Pyramid(frame).square(192).tobytes() == frame.tobytes()


def test_should_reduce_a_frame_as_a_stored_thumbnail(photos: tuple[Image.Image, ...]) -> None:
    """To the same pixels, before that becomes a JPEG, and to smaller squares of it."""
    thumbnail = photos[0].resize((288, 288), Image.Resampling.LANCZOS, reducing_gap=2)
    query, stored = Pyramid(photos[0]), Pyramid(thumbnail)
    for side in (288, 192, 96):
        assert query.square(side).tobytes() == stored.square(side).tobytes()


def test_should_show_grey_levels_smoothed(photos: tuple[Image.Image, ...]) -> None:
    grey = Pyramid(photos[0]).square(192, "L")
    sharp = np.asarray(_square(photos[0], 192).convert("L"), np.float32)
    assert grey.mode == "L"
    assert _difference(grey, sharp) < 6
    roughness = [np.abs(np.diff(np.asarray(g, np.float32))).mean() for g in (grey, sharp)]
    assert roughness[0] < roughness[1]


def test_should_compute_each_square_once() -> None:
    pyramid = Pyramid(picture())
    assert pyramid.square(96) is pyramid.square(96)
    assert pyramid.square(96, "L") is pyramid.square(96, "L")


def test_should_compute_the_same_squares_in_any_order(photos: tuple[Image.Image, ...]) -> None:
    results = set()
    for order in itertools.permutations(SIDES):
        pyramid = Pyramid(photos[0])
        squares = {side: pyramid.square(side).tobytes() for side in order}
        results.add(b"".join(squares[side] for side in SIDES))
    assert len(results) == 1


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("side", [48, 96, 192])
def test_should_warp_by_the_identity_to_the_square_itself(
    side: int, mode: str, photos: tuple[Image.Image, ...]
) -> None:
    pyramid = Pyramid(photos[1])
    warped = pyramid.warped(IDENTITY, side, mode)
    assert warped.shape == ((side, side, 3) if mode == "RGB" else (side, side))
    assert warped.dtype == np.float32
    assert _difference(warped, pyramid.square(side, mode)) == 0


def test_should_warp_a_crop_onto_its_place(photos: tuple[Image.Image, ...]) -> None:
    """What a crop shows of the stored frame is what lies there; around it is nothing."""
    photo = photos[0].resize((400, 400))
    warped = Pyramid(photo.crop((100, 40, 340, 360))).warped(
        cut_out(0.25, 0.1, 0.85, 0.9), 192, "RGB"
    )
    expected = np.asarray(_square(photo, 192), np.float32)
    assert _difference(warped[22:170, 50:161], expected[22:170, 50:161]) < 3
    assert warped[:18].max() == warped[:, :46].max() == 0
    assert warped[175:].max() == warped[:, 165:].max() == 0


def test_should_warp_what_shows_more_to_its_middle(photos: tuple[Image.Image, ...]) -> None:
    """Where the stored picture is a crop of the query."""
    photo = photos[0].resize((400, 400))
    whole_of_part = inverse(cut_out(0.25, 0.25, 0.75, 0.75))
    warped = Pyramid(photo).warped(whole_of_part, 96, "RGB")
    assert _difference(warped, _square(photo.crop((100, 100, 300, 300)), 96)) < 4


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_warp_flips_and_turns_back(
    form: tuple[bool, int], photos: tuple[Image.Image, ...]
) -> None:
    flipped, rotation = form
    query = photos[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flipped else photos[0]
    query = query.rotate(-rotation, expand=True)
    warped = Pyramid(query).warped(undoing(FORMS[FORMS.index(form)]), 96, "RGB")
    assert _difference(warped, _square(photos[0], 96)) < 1


@pytest.mark.parametrize("side", [48, 96, 192])
def test_should_warp_the_same_by_an_affine_transform_and_by_a_homography_that_is_one(
    side: int, photos: tuple[Image.Image, ...]
) -> None:
    affine = np.array([[0.9, 0.1, 0.02], [-0.05, 1.1, 0.01], [0, 0, 1]])
    homography = affine + np.outer((0, 0, 1), (1e-200, 1e-200, 0))
    pyramid = Pyramid(photos[0])
    levels = pyramid.warped(affine, side, "L")
    assert np.array_equal(levels, pyramid.warped(homography, side, "L"))


def test_should_take_the_square_that_fits_the_scale() -> None:
    """What is shown at half size comes from a square of twice the side, so it stays sharp."""
    rough = Image.effect_noise((768, 768), 90).convert("RGB")
    part = inverse(cut_out(0.25, 0.25, 0.75, 0.75))
    warped = Pyramid(rough).warped(part, 192, "RGB")
    assert _difference(warped, _square(rough.crop((192, 192, 576, 576)), 192)) < 12


def test_should_show_all_of_itself() -> None:
    assert shown(IDENTITY, 192).all()
    assert shown(undoing(FORMS[5]), 48).all()


@pytest.mark.parametrize("side", SIDES)
def test_should_tell_which_pixels_are_shown(side: int) -> None:
    mask = shown(cut_out(0.25, 0.5, 0.75, 1), side)
    assert mask.shape == (side, side)
    assert mask.mean() == pytest.approx(0.25, abs=3 / side)
    assert mask[side // 2 + 2 : side - 2, side // 4 + 2 : side * 3 // 4 - 2].all()
    assert not mask[: side // 2 - 1].any()


def test_should_show_three_quarters_of_what_is_turned_out_of_the_frame() -> None:
    transform, _ = turned(30, (100, 100))
    assert shown(transform, 192).all(), "the query is the whole picture on a larger canvas"
    outside = shown(inverse(transform), 192)
    assert not outside[0, 0]
    assert outside[96, 96]


def test_should_show_nothing_of_what_lies_elsewhere() -> None:
    assert not shown(cut_out(2, 2, 3, 3), 48).any()
