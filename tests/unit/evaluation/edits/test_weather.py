"""Haze, flares and specks do what their names say, on pictures whose parts are known."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tests.images import picture
from tests.unit.evaluation.edits.drawing import edited_by_all


def _shares(name: str, source: Image.Image) -> list[float]:
    """Shares of the pixels that are changed by more than 8 levels."""
    before = np.asarray(source, np.float32)
    return [
        float((np.abs(after - before).max(axis=2) > 8).mean())
        for after in edited_by_all(name, source)
    ]


def _boxes(name: str, source: Image.Image) -> list[tuple[float, ...]]:
    """Left, top, right and bottom of all that is changed, as shares of the sides."""
    before = np.asarray(source, np.float32)
    found = []
    for after in edited_by_all(name, source):
        rows, columns = np.nonzero(np.abs(after - before).max(axis=2) > 8)
        ends = (columns.min(), rows.min(), columns.max(), rows.max())
        found.append(tuple(np.divide(ends, (*source.size, *source.size)).tolist()))
    return found


def test_should_leave_a_part_without_clouds() -> None:
    shares = _shares("random_haze", Image.new("RGB", (160, 120), (128, 128, 128)))
    assert min(shares) < 0.35
    assert 0.6 < max(shares) < 0.95


def test_should_draw_clouds_of_one_colour_most_often_white() -> None:
    """On black, they are between black and one colour; on grey, three in four are lighter."""
    for after in edited_by_all("random_haze", Image.new("RGB", (160, 120))):
        densest = after[np.unravel_index(after.max(axis=2).argmax(), after.shape[:2])]
        shares = after.max(axis=2, keepdims=True) / max(float(densest.max()), 1)
        assert np.abs(after - densest * shares).max() <= 2
    lighter = [after.mean() > 128 for after in edited_by_all("random_haze", _grey())]
    assert 0.7 < np.mean(lighter) < 1


def test_should_only_add_light_with_a_flare() -> None:
    source = picture(160, 120)
    before = np.asarray(source, np.float32)
    for after in edited_by_all("random_flare", source):
        assert (after >= before - 1).all()
        assert 0 < (after > before + 8).any(axis=2).mean() < 0.9


def test_should_scatter_specks_everywhere_or_in_one_part() -> None:
    source = picture(400, 300)
    shares = _shares("random_specks", source)
    assert 0.0005 < min(shares) < 0.02
    assert 0.02 < max(shares) < 0.35
    boxes = np.array(_boxes("random_specks", source))
    sides = boxes[:, 2:] - boxes[:, :2]
    assert 0.2 < sides.min() < 0.75
    is_everywhere = (sides > 0.9).all(axis=1)
    assert 0.4 < is_everywhere.mean() < 0.95
    starts = boxes[~is_everywhere, :2]
    assert (np.abs(starts[:, 0] - starts[:, 1]) > 0.1).any()


def _grey() -> Image.Image:
    return Image.new("RGB", (160, 120), (128, 128, 128))
