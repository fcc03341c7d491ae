"""Edits are repeatable, and each gives an image file that can be read."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.edits import (
    CHAINS,
    COMPOSITES,
    EDITS,
    HARD_NEGATIVES,
    LISTINGS,
    RANDOM,
    RECOLOURINGS,
    apply,
)
from lookalike.images.preparation import prepare
from tests.images import picture

GROUPS = (EDITS, CHAINS, RANDOM, RECOLOURINGS, COMPOSITES)
ALL = [name for group in GROUPS for name in group]
FOR_SOME_PICTURES = ("region_pale", "region_dark", "region_mid")
DRAWN = [*RANDOM, "crop_area30", "perspective15", "noise12", "logo15", "background_replaced"]


@pytest.fixture(scope="module")
def photo(sample_pictures: tuple[Path, ...]) -> Image.Image:
    """One photograph."""
    with Image.open(sample_pictures[0]) as opened:
        return opened.convert("RGB")


@pytest.fixture(scope="module")
def other(sample_pictures: tuple[Path, ...]) -> Image.Image:
    """A photograph of another product."""
    with Image.open(sample_pictures[77]) as opened:
        return opened.convert("RGB")


def _levels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB"), np.float32)


def test_should_have_different_names() -> None:
    assert len(set(ALL)) == len(ALL)
    assert not set(HARD_NEGATIVES) & set(ALL)
    assert not set(LISTINGS) & {*ALL, *HARD_NEGATIVES}


@pytest.mark.parametrize("name", ALL)
def test_should_give_the_same_file_for_the_same_seed(
    name: str, photo: Image.Image, other: Image.Image
) -> None:
    """Edits do not change the original pictures."""
    before = photo.tobytes(), other.tobytes()
    assert apply(name, photo, 7, other) == apply(name, photo, 7, other)
    assert (photo.tobytes(), other.tobytes()) == before


@pytest.mark.parametrize("name", ALL)
def test_should_give_a_picture_that_can_be_prepared(
    name: str, photo: Image.Image, other: Image.Image
) -> None:
    for seed in range(3):
        prepared = prepare(apply(name, photo, seed, other))
        assert prepared.whole.mode == "RGB"
        assert min(prepared.whole.size) >= 64


@pytest.mark.parametrize("name", [name for name in ALL if name not in FOR_SOME_PICTURES])
def test_should_change_the_picture(name: str, photo: Image.Image, other: Image.Image) -> None:
    """Every edit but ``unchanged`` changes the size, or more than a re-encoding does."""
    plain, edited = _levels(apply("unchanged", photo, 0)), _levels(apply(name, photo, 0, other))
    if name == "unchanged":
        assert (plain == edited).all()
    elif plain.shape == edited.shape:
        assert np.abs(plain - edited).max() > 8


@pytest.mark.parametrize("name", [*DRAWN, *COMPOSITES])
def test_should_differ_between_seeds_if_an_edit_is_random(
    name: str, photo: Image.Image, other: Image.Image
) -> None:
    assert len({apply(name, photo, seed, other) for seed in range(6)}) > 1


@pytest.mark.parametrize("name", ALL)
def test_should_edit_small_and_wide_pictures_too(name: str) -> None:
    for size in ((64, 96), (600, 90)):
        edited = apply(name, picture(*size), 1, picture(*size, seed=2))
        assert _levels(edited).ndim == 3


@pytest.mark.parametrize("name", COMPOSITES)
def test_should_need_another_picture_for_a_composite(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        apply(name, picture(), seed=0)
