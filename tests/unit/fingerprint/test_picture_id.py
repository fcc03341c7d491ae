"""A picture is named by its pixels and the version of the algorithm."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.evaluation.edits import white_balance
from lookalike.fingerprint import picture_id as module
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.picture_id import picture_id
from lookalike.fingerprint.version import ALGORITHM_VERSION, MODEL_SHA256, RECIPE
from lookalike.images.preparation import PreparedPicture, prepare
from tests.images import encoded, picture


def _id_of(image: Image.Image) -> str:
    return picture_id(PreparedPicture(image, (0, 0, *image.size), *image.size))


def test_should_be_32_hex_digits() -> None:
    assert re.fullmatch("[0-9a-f]{32}", _id_of(picture()))


def test_should_be_the_same_for_the_same_pixels_in_any_lossless_file() -> None:
    files = [
        encoded(picture(), "PNG"),
        encoded(picture(), "BMP"),
        encoded(picture(), "TIFF", compression="tiff_lzw"),
        encoded(picture(), "WEBP", lossless=True),
    ]
    assert len({picture_id(prepare(data)) for data in files}) == 1


@settings(max_examples=50, deadline=None)
@given(
    x=st.integers(0, 95), y=st.integers(0, 127), channel=st.integers(0, 2), bit=st.integers(0, 7)
)
def test_should_change_with_any_bit_of_any_pixel(x: int, y: int, channel: int, bit: int) -> None:
    pixels = np.array(picture(96, 128))
    pixels[y, x, channel] ^= 1 << bit
    assert _id_of(Image.fromarray(pixels)) != _id_of(picture(96, 128))


def test_should_change_with_the_shape_of_the_same_bytes() -> None:
    tall = picture(40, 90)
    wide = Image.frombytes("RGB", (90, 40), tall.tobytes())
    assert _id_of(tall) != _id_of(wide)


def test_should_differ_between_recolourings_that_share_their_phash(
    sample_pictures: tuple[Path, ...], fingerprinter: PictureFingerprinter
) -> None:
    """A photograph and its grey copy have one luminance, so one pHash bit for bit."""
    with Image.open(sample_pictures[0]) as photo:
        grey = photo.convert("L").convert("RGB")
        files = [encoded(photo.convert("RGB"), "PNG"), encoded(grey, "PNG")]
    colour, plain = (fingerprinter.fingerprint(prepare(data)) for data in files)
    assert colour.hashes["phash"] == plain.hashes["phash"]
    assert colour.fingerprint_id != plain.fingerprint_id
    assert _id_of(white_balance(grey, 1.1, 0.9)) != _id_of(grey)


def test_should_change_with_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _id_of(picture())
    monkeypatch.setattr(module, "ALGORITHM_VERSION", "another")
    assert _id_of(picture()) != before


def test_should_name_recipe_and_network_in_the_version() -> None:
    assert f"{RECIPE}-{MODEL_SHA256[:8]}" == ALGORITHM_VERSION
