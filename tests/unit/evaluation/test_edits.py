"""Edits are repeatable, and each gives a picture that is read again."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lambdas.shared.images.preparation import prepare
from scripts.evaluation.edits import CHAINS, EDITS, apply, cover, crop, crop_to_area, pad, scale
from tests.images import picture

ALL = [*EDITS, *CHAINS]


@pytest.fixture(scope="module")
def photo(sample_pictures: tuple[Path, ...]) -> Image.Image:
    """One photograph."""
    with Image.open(sample_pictures[0]) as opened:
        return opened.convert("RGB")


def _levels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB"), np.float32)


def test_should_have_names_of_their_own() -> None:
    assert not EDITS.keys() & CHAINS.keys()


@pytest.mark.parametrize("name", ALL)
def test_should_give_the_same_file_for_the_same_seed(name: str, photo: Image.Image) -> None:
    before = photo.tobytes()
    assert apply(name, photo, seed=7) == apply(name, photo, seed=7)
    assert photo.tobytes() == before


@pytest.mark.parametrize("name", ALL)
def test_should_give_a_picture_that_can_be_prepared(name: str, photo: Image.Image) -> None:
    prepared = prepare(apply(name, photo, seed=3))
    assert prepared.whole.mode == "RGB"
    assert min(prepared.whole.size) >= 64


@pytest.mark.parametrize("name", ALL)
def test_should_change_the_picture(name: str, photo: Image.Image) -> None:
    """By its size or by more than a re-encoding does; but for what is called unchanged."""
    plain, edited = _levels(apply("unchanged", photo, 0)), _levels(apply(name, photo, 0))
    if name == "unchanged":
        assert (plain == edited).all()
    elif plain.shape == edited.shape:
        assert np.abs(plain - edited).max() > 8


@pytest.mark.parametrize("name", ["crop_area40", "perspective", "noise12", "logo15", "crop10_logo"])
def test_should_differ_between_seeds_where_chance_plays_a_part(
    name: str, photo: Image.Image
) -> None:
    assert len({apply(name, photo, seed) for seed in range(6)}) > 1


def test_should_edit_small_and_wide_pictures_too() -> None:
    for size in ((64, 96), (600, 90)):
        for name in ALL:
            assert apply(name, picture(*size), seed=1)[:3] == b"\xff\xd8\xff"


def test_should_crop_by_shares_of_the_sides() -> None:
    assert crop(picture(100, 200), 0.1, 0.2, 0.3, 0.4).size == (60, 80)


def test_should_crop_to_a_share_of_the_area_with_the_same_aspect() -> None:
    cropped = crop_to_area(picture(400, 600), 0.25, np.random.default_rng(0))
    assert cropped.size == pytest.approx((200, 300), abs=1)


def test_should_cover_an_aspect_without_enlarging() -> None:
    assert cover(picture(400, 600), 1.0).size == (400, 400)
    assert cover(picture(600, 400), 0.5).size == (200, 400)


def test_should_pad_by_a_share_of_the_longer_side_and_scale_by_a_factor() -> None:
    assert pad(picture(100, 200), 0.1, (0, 0, 0)).size == (140, 240)
    assert scale(picture(100, 200), 0.5).size == (50, 100)
