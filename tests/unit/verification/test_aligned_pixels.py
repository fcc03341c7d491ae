"""Both pictures on the stored frame, at 96 pixels."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.verification.aligned_pixels import AlignedPixels, halved, without_rim
from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.transforms import IDENTITY
from tests.images import picture
from tests.unit.verification.builders import cut_out, seen


def test_should_lay_a_crop_on_what_it_shows() -> None:
    stored, crop = picture(192, 192), cut_out(0.25, 0.25, 1, 1)
    query = Pyramid(seen(stored, crop, (288, 288)))
    pixels = AlignedPixels.of(query, Pyramid(stored), crop, shown(crop, 192))
    assert pixels.query.shape == pixels.stored.shape == (3, 96, 96)
    assert pixels.shown[25:95, 25:95].all()
    assert not pixels.shown[:25].any()
    difference = np.abs(pixels.query - pixels.stored)[:, pixels.shown]
    assert difference.mean() < 6


def test_should_keep_the_pixels_of_the_same_picture() -> None:
    pyramid = Pyramid(picture(192, 192))
    pixels = AlignedPixels.of(pyramid, pyramid, IDENTITY, shown(IDENTITY, 192))
    assert pixels.shown.all()
    assert np.array_equal(pixels.query, pixels.stored)
    assert pixels.stored[:, 0, 0] == pytest.approx(
        np.asarray(picture(192, 192), np.float32)[:2, :2].mean(axis=(0, 1))
    )


def test_should_average_squares_and_peel_rims() -> None:
    assert halved(np.arange(16, dtype=np.float32).reshape(1, 4, 4)).tolist() == [
        [[2.5, 4.5], [10.5, 12.5]]
    ]
    where = np.ones((5, 5), np.bool_)
    where[2, 2] = False
    assert without_rim(where).sum() == 20
