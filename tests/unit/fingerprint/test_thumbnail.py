"""Small pictures look as the stored ones do, in their shape, and places in them stay places."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from lookalike.fingerprint.signature import CELL_BITS, GRID, SignatureError, encode
from lookalike.fingerprint.thumbnail import as_webp, small_frame, small_picture
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint
from tests.images import picture


def stored(width: int, height: int, frame: Image.Image, trim_box: tuple[float, ...]) -> Fingerprint:
    """The fingerprint of a picture with this trimmed frame."""
    cells = np.ones((GRID * GRID, CELL_BITS), np.float32)
    left, top, right, bottom = trim_box
    return replace(
        a_fingerprint(signature=encode(cells, frame)),
        width=width,
        height=height,
        trim_box=(left, top, right, bottom),
    )


@pytest.mark.parametrize(
    ("size", "small"), [((300, 400), (192, 256)), ((800, 100), (256, 32)), ((9, 9000), (1, 256))]
)
def test_should_have_the_shape_of_the_picture(
    size: tuple[int, int], small: tuple[int, int]
) -> None:
    fingerprint = stored(*size, picture(*size), (0, 0, 1, 1))
    shown = small_picture(fingerprint, 256)
    assert (shown.size, shown.mode) == (small, "RGB")


def test_should_show_what_the_picture_shows() -> None:
    original = picture(300, 400)
    small = small_picture(stored(300, 400, original, (0, 0, 1, 1)), 200)
    expected = np.asarray(original.resize(small.size), np.int16)
    assert np.abs(np.asarray(small, np.int16) - expected).mean() < 4


def test_should_leave_the_border_that_was_cut_transparent() -> None:
    """So that a corner of the frame is where it is in the whole picture."""
    fingerprint = stored(400, 400, Image.new("RGB", (200, 300), "red"), (0.25, 0.125, 0.75, 0.875))
    small = small_picture(fingerprint, 80)
    assert small.size == (80, 80)
    assert small.getchannel("A").getbbox() == (20, 10, 60, 70)
    red, *others, _ = np.asarray(small)[40, 40].tolist()
    assert red > 240
    assert sum(others) < 20


def test_should_show_the_frame_alone_in_its_own_shape() -> None:
    fingerprint = stored(400, 400, picture(200, 400), (0.25, 0, 0.75, 1))
    assert small_frame(fingerprint, 100).size == (50, 100)


@pytest.mark.parametrize("quality", [60, 75])
def test_should_write_files_that_keep_transparency(quality: int) -> None:
    fingerprint = stored(400, 400, picture(200, 400), (0.25, 0, 0.75, 1))
    file = as_webp(small_picture(fingerprint, 100), quality=quality, method=0)
    with Image.open(io.BytesIO(file)) as read:
        assert (read.format, read.mode, read.size) == ("WEBP", "RGBA", (100, 100))


def test_should_refuse_a_broken_signature() -> None:
    with pytest.raises(SignatureError):
        small_picture(a_fingerprint(signature=b"short"), 100)
