"""Veiled, flat and dark pictures are stretched to a wide range; others stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from lookalike.images.levels import MAX_GAIN, MIN_RANGE, stretched

Edit = Callable[[Image.Image], Image.Image]
EDITS: dict[str, Edit] = {
    "veiled": lambda photo: Image.blend(Image.new("RGB", photo.size, "white"), photo, 0.2),
    "flat": lambda photo: ImageEnhance.Contrast(photo).enhance(0.3),
    "dark": lambda photo: ImageEnhance.Brightness(photo).enhance(0.35),
}


def luminance(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(picture.convert("L").resize((64, 64), Image.Resampling.BOX), float)


@pytest.fixture(scope="module")
def photo(sample_pictures: tuple[Path, ...]) -> Image.Image:
    """A photograph that uses the full range."""
    pictures = (Image.open(path).convert("RGB") for path in sample_pictures)
    return next(p for p in pictures if np.ptp(np.percentile(luminance(p), (1, 99))) > MIN_RANGE)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_should_restore_what_a_photograph_shows(edit: Edit, photo: Image.Image) -> None:
    """The levels follow those of the photograph, over nearly as wide a range."""
    found = luminance(stretched(edit(photo)))
    assert np.ptp(np.percentile(found, (0.5, 99.5))) >= 0.95 * MIN_RANGE
    assert np.corrcoef(found.ravel(), luminance(photo).ravel())[0, 1] > 0.99


def test_should_leave_a_picture_of_a_wide_range_as_it_is(photo: Image.Image) -> None:
    assert stretched(photo) is photo


@pytest.mark.parametrize("levels", [(255, 215), (0, 40)], ids=["white", "black"])
def test_should_keep_white_and_black_grounds(levels: tuple[int, int]) -> None:
    ground, product = levels
    picture = Image.new("RGB", (90, 90), (ground, ground, ground))
    picture.paste((product, product, product), (30, 30, 60, 60))
    found = np.asarray(stretched(picture))
    assert found[0, 0].tolist() == [ground] * 3
    assert abs(int(found[45, 45, 0]) - ground) == pytest.approx(MIN_RANGE, abs=1)


def test_should_change_all_channels_alike() -> None:
    shade = np.linspace(100, 140, 64, dtype=np.uint8)
    pixels = np.stack([np.tile(shade, (64, 1)) + offset for offset in (0, 2, 4)], axis=-1)
    found = np.asarray(stretched(Image.fromarray(pixels)), int)[0, 20:40]
    steps = np.diff(found, axis=1)
    assert np.abs(steps - 2 * MIN_RANGE / 40).max() <= 1


def test_should_limit_the_gain() -> None:
    pixels = np.repeat(np.arange(100, 108, dtype=np.uint8), 64 * 8).reshape(64, 64)
    found = np.asarray(stretched(Image.fromarray(pixels).convert("RGB")), int)
    assert np.ptp(found) <= 7 * MAX_GAIN + 1


@pytest.mark.parametrize("level", [0, 128, 255])
def test_should_leave_one_colour_plain(level: int) -> None:
    found = np.asarray(stretched(Image.new("RGB", (50, 70), (level, level, level))))
    assert np.ptp(found) == 0
    assert abs(int(found[0, 0, 0]) - level) <= 1


def test_should_stretch_a_stretched_picture_no_further(photo: Image.Image) -> None:
    once = stretched(EDITS["veiled"](photo))
    np.testing.assert_allclose(np.asarray(stretched(once), int), np.asarray(once, int), atol=3)
