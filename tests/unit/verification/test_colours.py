"""Colours as people see them, and which changes of them a filter explains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from lookalike.verification.colours import (
    MIN_BLOCKS,
    Colours,
    greyscale_difference,
    is_greyscale,
    lab,
    light_residuals,
    tone_residuals,
)

REFERENCE = {
    (0, 0, 0): (0, 0, 0),
    (255, 255, 255): (100, 0, 0),
    (119, 119, 119): (50.03, 0, 0),
    (255, 0, 0): (53.24, 80.09, 67.20),
    (0, 255, 0): (87.73, -86.18, 83.18),
    (0, 0, 255): (32.30, 79.19, -107.86),
    (255, 255, 0): (97.14, -21.55, 94.48),
    (0, 255, 255): (91.11, -48.09, -14.13),
    (255, 0, 255): (60.32, 98.23, -60.82),
}
"""CIE L*a*b* of sRGB colours under D65, as published tables have them."""


class Residuals(Protocol):
    """What a kind of change leaves unexplained."""

    def __call__(self, stored: Colours, query: Colours, *, by_channel: bool) -> NDArray[np.float32]:
        """A distance a block."""


Change = Callable[[Colours], NDArray[np.floating]]
FILTERS: dict[str, Change] = {
    "itself": lambda rgb: rgb,
    "darker": lambda rgb: rgb * 0.6,
    "flatter": lambda rgb: 60 + rgb * 0.5,
    "gamma": lambda rgb: 255 * (rgb / 255) ** 1.8,
    "light": lambda rgb: 255 * (rgb / 255) ** 0.5,
}
BALANCES: dict[str, Change] = {
    "warm": lambda rgb: rgb * (1.0, 0.9, 0.7),
    "cold": lambda rgb: rgb * (0.75, 0.9, 1.0) + (0, 5, 0),
    "tinted": lambda rgb: 255 * (rgb / 255) ** np.array([0.8, 1.0, 1.3]),
}


def _blocks(photo: Image.Image) -> Colours:
    """Mean colours of 16 x 16 blocks."""
    return np.asarray(photo.resize((16, 16), Image.Resampling.BOX), np.float32).reshape(-1, 3)


def _changed(stored: Colours, change: Change) -> Colours:
    return np.clip(change(stored), 0, 255).astype(np.float32)


def _hue_turned(stored: Colours) -> Colours:
    """By a third: red becomes green."""
    return np.roll(stored, 1, axis=-1)


def _dyed(stored: Colours) -> Colours:
    """Half of the blocks get another colour, as where a shirt is dyed."""
    result = stored.copy()
    result[::2] = _hue_turned(stored)[::2]
    return result


@pytest.mark.parametrize("rgb", REFERENCE)
def test_should_equal_published_colours(rgb: tuple[int, int, int]) -> None:
    assert lab(np.array(rgb, np.float32)) == pytest.approx(REFERENCE[rgb], abs=0.1)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (16, 16, 3)])
def test_should_keep_the_shape(shape: tuple[int, ...]) -> None:
    colours = lab(np.full(shape, 100, np.float32))
    assert colours.shape == shape
    assert colours.dtype == np.float32


def test_should_have_no_chroma_for_any_grey() -> None:
    greys = lab(np.repeat(np.arange(256, dtype=np.float32)[:, None], 3, axis=1))
    assert np.abs(greys[:, 1:]).max() < 0.05
    assert (np.diff(greys[:, 0]) > 0).all()


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("by_channel", [False, True])
def test_should_explain_brightness_and_gamma(
    name: str,
    by_channel: bool,  # noqa: FBT001 - a case
    photos: tuple[Image.Image, ...],
) -> None:
    stored = _blocks(photos[0])
    rest = tone_residuals(stored, _changed(stored, FILTERS[name]), by_channel=by_channel)
    assert rest.shape == (256,)
    assert np.median(rest) < 6


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("by_channel", [False, True])
def test_should_leave_nothing_unexplained_in_the_same_picture(
    by_channel: bool,  # noqa: FBT001 - a case
    number: int,
    photos: tuple[Image.Image, ...],
) -> None:
    stored = _blocks(photos[number])
    assert tone_residuals(stored, stored, by_channel=by_channel).max() < 1


@pytest.mark.parametrize("name", BALANCES)
def test_should_explain_white_balance_by_channels_alone(
    name: str, photos: tuple[Image.Image, ...]
) -> None:
    stored = _blocks(photos[0])
    query = _changed(stored, BALANCES[name])
    by_channel = float(tone_residuals(stored, query, by_channel=True).mean())
    in_common = float(tone_residuals(stored, query, by_channel=False).mean())
    assert by_channel < 8
    assert in_common > 1.5 * by_channel


@pytest.mark.parametrize("number", [0, 1, 2])
def test_should_not_explain_another_dye(number: int, photos: tuple[Image.Image, ...]) -> None:
    """However plain the photograph: a dye leaves far more than a filter."""
    saturated = (
        photos[number]
        .convert("HSV")
        .point([*range(256), *(min(255, 90 + level) for level in range(256)), *range(256)])
    )
    stored = _blocks(saturated.convert("RGB"))
    filtered = tone_residuals(stored, _changed(stored, FILTERS["gamma"]), by_channel=True)
    dyed = tone_residuals(stored, _dyed(stored), by_channel=True)
    assert dyed.mean() > 20
    assert dyed.mean() > 4 * filtered.mean()


def test_should_not_explain_a_turned_hue_by_one_curve() -> None:
    rng = np.random.default_rng(0)
    stored = rng.uniform(0, 255, (256, 3)).astype(np.float32)
    assert tone_residuals(stored, _hue_turned(stored), by_channel=False).mean() > 80
    assert tone_residuals(stored, _hue_turned(stored), by_channel=True).mean() > 80


@pytest.mark.parametrize("by_channel", [False, True])
def test_should_not_explain_a_negative(
    by_channel: bool,  # noqa: FBT001 - a case
    photos: tuple[Image.Image, ...],
) -> None:
    """A tone curve never falls."""
    stored = _blocks(photos[0])
    assert tone_residuals(stored, 255 - stored, by_channel=by_channel).mean() > 30


@pytest.mark.parametrize("residuals", [tone_residuals, light_residuals])
def test_should_explain_nothing_where_there_are_too_few_blocks(residuals: Residuals) -> None:
    few = np.full((MIN_BLOCKS - 1, 3), 100, np.float32)
    assert residuals(few, 255 - few, by_channel=True).tolist() == [0.0] * (MIN_BLOCKS - 1)
    assert residuals(few[:0], few[:0], by_channel=False).shape == (0,)


@pytest.mark.parametrize("residuals", [tone_residuals, light_residuals])
@settings(max_examples=50, deadline=None)
@given(
    count=st.integers(0, 60),
    levels=st.integers(1, 256),
    by_channel=st.booleans(),
    seed=st.integers(0, 100),
)
def test_should_give_finite_distances_for_any_colours(
    residuals: Residuals,
    count: int,
    levels: int,
    by_channel: bool,  # noqa: FBT001 - drawn
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    stored, query = rng.integers(0, levels, (2, count, 3)).astype(np.float32)
    found = residuals(stored, query, by_channel=by_channel)
    assert found.shape == (count,)
    assert np.isfinite(found).all()
    assert (found >= 0).all()


LIGHTS: dict[str, Change] = {
    "itself": lambda rgb: rgb,
    "half as bright": lambda rgb: rgb * 0.5,
    "half as bright again": lambda rgb: rgb * 1.5,
    "more contrast": lambda rgb: 120 + (rgb - 120) * 1.5,
    "less contrast": lambda rgb: 120 + (rgb - 120) * 0.5,
    "grey": lambda rgb: rgb.mean(axis=-1, keepdims=True).repeat(3, axis=-1),
    "more colourful": lambda rgb: (g := rgb.mean(axis=-1, keepdims=True)) + 1.3 * (rgb - g),
}


@pytest.mark.parametrize("name", LIGHTS)
def test_should_explain_light(name: str, photos: tuple[Image.Image, ...]) -> None:
    stored = _blocks(photos[0])
    rest = light_residuals(stored, _changed(stored, LIGHTS[name]), by_channel=False)
    assert rest.shape == (256,)
    assert rest.mean() < 2


@pytest.mark.parametrize("name", ["warm", "cold"])
def test_should_explain_another_balance_by_channels(
    name: str, photos: tuple[Image.Image, ...]
) -> None:
    stored = _blocks(photos[0])
    query = _changed(stored, BALANCES[name])
    by_channel = float(light_residuals(stored, query, by_channel=True).mean())
    assert by_channel < 2
    assert light_residuals(stored, query, by_channel=False).mean() > 3 * by_channel


@pytest.mark.parametrize("by_channel", [False, True])
def test_should_not_explain_a_dye_by_light(
    by_channel: bool,  # noqa: FBT001 - a case
) -> None:
    rng = np.random.default_rng(1)
    stored = rng.uniform(0, 255, (256, 3)).astype(np.float32)
    dyed = light_residuals(stored, _dyed(stored), by_channel=by_channel)
    assert dyed[::2].mean() > 60
    assert dyed[::2].mean() > 3 * dyed[1::2].mean()


def test_should_know_a_picture_without_colours_even_with_a_logo_on_it() -> None:
    levels = np.random.default_rng(5).integers(0, 256, (2_000, 1)).astype(np.float32)
    grey = np.repeat(levels, 3, axis=1)
    with_logo, in_colour = grey.copy(), grey.copy()
    with_logo[:80] = in_colour[:160] = (200, 30, 30)
    assert is_greyscale(grey)
    assert is_greyscale(with_logo)
    assert not is_greyscale(in_colour)


def test_should_see_no_colours_in_the_difference_of_greys() -> None:
    """A red and a green of one grey, against a lighter grey."""
    red, green = np.array([[100, 0, 0]], np.float32), np.array([[0, 50.94, 0]], np.float32)
    assert greyscale_difference(red, green) == pytest.approx(0, abs=0.01)
    assert greyscale_difference(red, red + 7) == pytest.approx(7)
    assert greyscale_difference(red[:0], red[:0]) == 0
