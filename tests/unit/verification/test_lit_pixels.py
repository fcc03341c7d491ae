"""The stored picture in the query's light, and the colours around some pixels."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.verification.lit_pixels import LitPixels
from tests.images import picture
from tests.unit.verification.builders import aligned_pixels

EVERYWHERE = np.ones((96, 96), np.bool_)


def _photo(seed: int = 0) -> np.ndarray:
    """A picture as planes, away from black and white."""
    levels = np.asarray(picture(96, 96, seed), np.float32)
    return np.moveaxis(levels, -1, 0) * np.float32(0.7) + np.float32(20)


def test_should_light_each_channel_apart() -> None:
    stored = _photo()
    gains, offsets = np.array([0.8, 1.1, 1.0]), np.array([10, -5, 0])
    query = (stored * gains[:, None, None] + offsets[:, None, None]).astype(np.float32)
    lit = LitPixels.of(aligned_pixels(query=query, stored=stored))
    assert lit.light == pytest.approx(np.stack([gains, offsets], 1), abs=0.2)
    assert lit.difference.max() < 1


def test_should_compare_gradients_whatever_the_light() -> None:
    stored = _photo()
    lit = LitPixels.of(aligned_pixels(query=stored * np.float32(0.6), stored=stored))
    assert lit.alike(EVERYWHERE) > 0.99
    assert lit.more_texture(EVERYWHERE) == pytest.approx(0, abs=0.1)
    other = LitPixels.of(aligned_pixels(query=_photo(1), stored=stored))
    assert other.alike(EVERYWHERE) < 0.5


def test_should_find_what_stands_out_of_its_surroundings() -> None:
    stored = np.full((3, 96, 96), 200, np.float32)
    query = stored.copy()
    query[:, 40:50, 40:50] = 50
    kept = EVERYWHERE.copy()
    kept[38:52, 38:52] = False
    lit = LitPixels.of(aligned_pixels(query=query, stored=stored))
    apart, stored_apart, is_known = lit.from_surroundings(kept)
    assert apart[40:50, 40:50] == pytest.approx(150, abs=1)
    assert stored_apart.max() == pytest.approx(0, abs=1)
    assert is_known.all()


def test_should_know_no_surroundings_where_nothing_is_kept() -> None:
    kept = np.zeros((96, 96), np.bool_)
    kept[:, :10] = True
    _, _, is_known = LitPixels.of(aligned_pixels()).from_surroundings(kept)
    assert is_known[:, :20].all()
    assert not is_known[:, 40:].any()
