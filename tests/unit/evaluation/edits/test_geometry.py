"""Crops, frames and rotations have the extent that their names say."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.edits import CHAINS, EDITS, RANDOM
from lookalike.evaluation.edits.geometry import (
    BLACK,
    cover,
    crop,
    crop_to_area,
    frame,
    pad,
    pad_to_aspect,
    rotate_inside,
)
from lookalike.evaluation.edits.quality import enlarged_thumbnail, scale
from tests.images import picture


def _edited(name: str, source: Image.Image, seed: int = 0) -> Image.Image:
    return (EDITS | CHAINS | RANDOM)[name](source, np.random.default_rng(seed))


def _area(image: Image.Image) -> int:
    return image.width * image.height


def test_should_crop_by_shares_of_the_sides() -> None:
    assert crop(picture(100, 200), 0.1, 0.2, 0.3, 0.4).size == (60, 80)


@pytest.mark.parametrize("percent", [80, 65, 50, 40, 30])
def test_should_keep_this_share_of_the_area_in_the_same_aspect_ratio(percent: int) -> None:
    whole = picture(400, 600)
    left = _edited(f"crop_area{percent}", whole)
    assert _area(left) / _area(whole) == pytest.approx(percent / 100, abs=0.01)
    assert left.width / left.height == pytest.approx(2 / 3, abs=0.01)


def test_should_crop_anywhere_in_the_picture() -> None:
    """Grey levels number columns and rows, so the first pixel identifies the corner."""
    y, x = np.mgrid[0:200, 0:200].astype(np.uint8)
    numbered = Image.fromarray(np.stack([x, y, x], axis=2))
    corners = np.array(
        [crop_to_area(numbered, 0.3, np.random.default_rng(s)).getpixel((0, 0)) for s in range(60)]
    )[:, :2]
    assert (corners.min(axis=0) < 10).all()
    assert (corners.max(axis=0) > 80).all()


def test_should_stretch_a_crop_only_as_far_as_it_fits() -> None:
    for stretch in (0.2, 0.8, 1.3, 5):
        cropped = crop_to_area(picture(400, 600), 0.8, np.random.default_rng(0), stretch)
        assert _area(cropped) == pytest.approx(0.8 * 400 * 600, rel=0.01)


def test_should_draw_crops_that_keep_40_to_90_percent() -> None:
    whole = picture(300, 400)
    left = [_area(_edited("random_crop", whole, seed)) / _area(whole) for seed in range(80)]
    assert min(left) == pytest.approx(0.42, abs=0.03)
    assert max(left) == pytest.approx(0.88, abs=0.03)


def test_should_cover_an_aspect_without_enlarging() -> None:
    assert cover(picture(400, 600), 1.0).size == (400, 400)
    assert cover(picture(600, 400), 0.5).size == (200, 400)


def test_should_pad_by_a_share_of_the_longer_side_and_scale_by_a_factor() -> None:
    assert pad(picture(100, 200), 0.1, (0, 0, 0)).size == (140, 240)
    assert scale(picture(100, 200), 0.5).size == (50, 100)


def test_should_pad_to_an_aspect_around_the_picture() -> None:
    assert pad_to_aspect(picture(100, 200), 2.0).size == (400, 200)
    assert pad_to_aspect(picture(200, 100), 0.5).size == (200, 400)


def test_should_frame_each_side_separately() -> None:
    inside = picture(100, 200)
    framed = frame(inside, (0.1, 0.2, 0.3, 0), BLACK)
    assert framed.size == (140, 240)
    assert framed.crop((10, 40, 110, 240)).tobytes() == inside.tobytes()


def test_should_draw_frames_around_the_whole_picture() -> None:
    inside = np.asarray(picture(60, 80))
    for seed in range(12):
        framed = np.asarray(RANDOM["random_frame"](picture(60, 80), np.random.default_rng(seed)))
        windows = np.lib.stride_tricks.sliding_window_view(framed, inside.shape)
        assert (windows == inside).all(axis=(-3, -2, -1)).any()
        assert framed.size > inside.size


@pytest.mark.parametrize("degrees", [-15, -4, 7, 15])
def test_should_show_no_canvas_after_a_rotation_inside(degrees: float) -> None:
    white = Image.new("RGB", (300, 400), "white")
    turned = rotate_inside(white, degrees)
    assert np.asarray(turned).min() >= 254
    assert _area(turned) >= 0.5 * _area(white)
    assert turned.width / turned.height == pytest.approx(0.75, abs=0.01)


def test_should_make_quarter_turns() -> None:
    source = picture(60, 90)
    assert _edited("turn90", _edited("turn270", source)).tobytes() == source.tobytes()
    assert _edited("turn90", source).size == (90, 60)


def test_should_enlarge_to_the_original_size() -> None:
    assert enlarged_thumbnail(picture(333, 444), 100).size == (333, 444)


@pytest.mark.parametrize("size", [(300, 400), (1000, 80), (70, 70)])
def test_should_never_reduce_to_less_than_64_pixels(size: tuple[int, int]) -> None:
    for seed in range(30):
        assert min(_edited("random_quality", picture(*size), seed).size) >= 64
