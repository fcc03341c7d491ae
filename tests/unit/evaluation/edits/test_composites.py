"""Composites without clean seams show the picture small, turned, veiled or behind buttons."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits import COMPOSITES
from tests.images import picture

KNOWN, STRANGE = (255, 0, 255), (0, 255, 255)
SEEDS = range(30)


def _joined(name: str, seed: int, size: tuple[int, int] = (300, 400)) -> Image.Image:
    known, strange = Image.new("RGB", size, KNOWN), Image.new("RGB", (320, 380), STRANGE)
    return COMPOSITES[name](known, strange, np.random.default_rng(seed))


def _mask(image: Image.Image, colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    return np.asarray((np.asarray(image) == colour).all(axis=2))


def _extent(mask: NDArray[np.bool_]) -> tuple[int, int]:
    """Width and height of the box around the true part."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def test_should_paste_the_picture_at_25_to_60_percent_of_the_side() -> None:
    upright = []
    for seed in SEEDS:
        canvas = _joined("pasted", seed)
        mask = _mask(canvas, KNOWN)
        width, height = _extent(mask)
        if mask.sum() > 0.95 * width * height:
            upright.append(height / max(canvas.size))
    assert 10 < len(upright) < 35
    assert 0.24 < min(upright) < 0.35
    assert 0.5 < max(upright) <= 0.61


def test_should_paste_the_picture_anywhere() -> None:
    middles = []
    for seed in SEEDS:
        mask = _mask(_joined("pasted", seed), KNOWN)
        middles.append(
            [np.flatnonzero(mask.any(axis=axis)).mean() / mask.shape[1 - axis] for axis in (0, 1)]
        )
    assert (np.ptp(middles, axis=0) > 0.4).all()


def test_should_keep_at_least_120_pixels_of_a_pasted_picture() -> None:
    for size in ((224, 224), (150, 200), (900, 1000)):
        for seed in SEEDS:
            assert max(_extent(_mask(_joined("pasted", seed, size), KNOWN))) >= 115


def test_should_blend_35_to_70_percent_of_the_picture_with_another() -> None:
    shares = [np.asarray(_joined("blended", seed))[:, :, 0] / 255 for seed in SEEDS]
    assert all(np.ptp(share) == 0 for share in shares)
    assert 0.34 < min(share[0, 0] for share in shares) < 0.45
    assert 0.6 < max(share[0, 0] for share in shares) < 0.71


@pytest.mark.parametrize("name", ["collage_overlapping", "collage_blended"])
def test_should_show_the_picture_beside_parts_of_another(name: str) -> None:
    for seed in SEEDS:
        collage = _joined(name, seed)
        assert 0.03 < _mask(collage, KNOWN).mean() < 0.75
        assert _mask(collage, STRANGE).mean() > 0.12


def test_should_blend_the_edges_of_a_collage() -> None:
    """Between the two colours is every mixture of them."""
    levels = np.asarray(_joined("collage_blended", 0))
    assert len(np.unique(levels[:, :, 0])) > 30


@pytest.mark.parametrize("name", ["screenshot_app", "screenshot_story"])
def test_should_lay_buttons_and_shades_over_the_picture_of_an_app(name: str) -> None:
    """The hue of the picture is seen in a substantial part; not all of it is left untouched."""
    untouched = []
    for seed in SEEDS:
        levels = np.asarray(_joined(name, seed), np.int16)
        shaded = (levels[:, :, 0] == levels[:, :, 2]) & (levels[:, :, 1] < 0.1 * levels[:, :, 0])
        assert 0.12 < shaded.mean() < 0.99
        untouched.append(float((shaded & (levels[:, :, 0] == 255)).sum() / shaded.sum()))
    assert min(untouched) < 0.7


def test_should_show_the_whole_picture_of_an_app_in_its_aspect_ratio_or_cropped() -> None:
    shares = [_extent(_mask(_joined("screenshot_app", seed), KNOWN))[0] for seed in SEEDS]
    widths = [_joined("screenshot_app", seed).width for seed in SEEDS]
    ratio = np.array(shares) / widths
    assert 0.45 < ratio.min() < 0.65
    assert 0.8 < ratio.max() < 0.94


@pytest.mark.parametrize(
    "name", ["pasted", "collage_blended", "screenshot_app", "screenshot_story"]
)
def test_should_accept_a_picture_that_is_narrow(name: str) -> None:
    joined = COMPOSITES[name](picture(600, 70), picture(70, 600), np.random.default_rng(1))
    assert min(joined.size) >= 64
