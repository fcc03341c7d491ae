"""Blank pictures are drawn the same from the same seed, and are told from products."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.edits.blanks import BLANKS, FILLED, MAX_SIDE, MIN_SIDE, blank
from lookalike.fingerprint.quality import quality
from lookalike.images.preparation import prepare
from lookalike.pictures import FEATURELESS_BELOW

SEEDS = range(24)


@pytest.mark.parametrize("name", [*BLANKS, *FILLED])
def test_should_draw_the_same_from_the_same_seed(name: str) -> None:
    assert blank(name, 3) == blank(name, 3)
    assert blank(name, 3) != blank(name, 4)


@pytest.mark.parametrize("name", [*BLANKS, *FILLED])
def test_should_draw_pictures_of_many_sizes(name: str) -> None:
    sizes = [Image.open(io.BytesIO(blank(name, seed))).size for seed in SEEDS]
    assert all(MIN_SIDE <= side <= MAX_SIDE for size in sizes for side in size)
    assert len(set(sizes)) > len(SEEDS) / 2


def test_should_draw_files_with_and_without_loss() -> None:
    formats = {Image.open(io.BytesIO(blank("word_card", seed))).format for seed in SEEDS}
    assert formats == {"PNG", "JPEG", "WEBP"}


@pytest.mark.parametrize("name", ["word_card", "outlined_logo", "placeholder_card"])
def test_should_write_legibly(name: str) -> None:
    for seed in SEEDS:
        levels = np.asarray(Image.open(io.BytesIO(blank(name, seed))).convert("L"), float)
        assert np.ptp(levels) > 20


@pytest.mark.parametrize("name", BLANKS)
def test_should_be_refused_as_featureless(name: str) -> None:
    """Of thousands, about one in a hundred words and logos passes."""
    found = [quality(prepare(blank(name, seed)).whole) for seed in SEEDS]
    assert sum(each >= FEATURELESS_BELOW for each in found) <= 1
