"""A signature keeps what verification needs in 16 KB, and says so where it is broken."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.signature import (
    MAX_BYTES,
    SignatureError,
    decode,
    encode,
    textured_cells,
)
from lookalike.images.levels import stretched
from lookalike.images.preparation import PreparedPicture
from tests.images import encoded, picture

HEAD = 784 * 8 + 784 // 8
"""Bytes of codes and texture; the thumbnail follows."""


def _cells(seed: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(size=(784, 64)).astype(np.float32)


def _noise(levels: int = 256, size: int = 400) -> Image.Image:
    pixels = np.random.default_rng(levels).integers(0, levels, (size, size, 3))
    return Image.fromarray(pixels.astype(np.uint8))


def _read(signature: bytes) -> Image.Image:
    """All of it: the thumbnail is the last thing that is."""
    return decode(signature).thumbnail


SIGNATURE = encode(_cells(), picture(300, 400))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), width=st.integers(16, 500), height=st.integers(16, 500))
def test_should_decode_an_encoded_signature(seed: int, width: int, height: int) -> None:
    frame = picture(width, height, seed=seed)
    found = decode(encode(_cells(seed), frame))
    assert found.codes.shape == (784, 64)
    assert found.codes.dtype == np.float32
    assert (found.codes == np.where(_cells(seed) > 0, 1, -1)).all()
    expected = frame.resize((288, 288), Image.Resampling.LANCZOS)
    assert found.textured.tolist() == textured_cells(stretched(expected)).tolist()
    assert (found.thumbnail.mode, found.thumbnail.size) == ("RGB", (288, 288))
    away = np.asarray(found.thumbnail, np.int16) - np.asarray(expected, np.int16)
    assert np.abs(away).mean() < 5


@pytest.mark.slow
def test_should_fit_for_all_sample_pictures(
    prepared_samples: Mapping[str, PreparedPicture],
) -> None:
    cells = _cells()
    sizes = [len(encode(cells, prepared.trimmed)) for prepared in prepared_samples.values()]
    assert max(sizes) <= MAX_BYTES
    assert min(sizes) > HEAD


@pytest.mark.parametrize("levels", [2, 16, 256])
def test_should_fit_for_noise(levels: int) -> None:
    signature = encode(_cells(), _noise(levels))
    assert len(signature) <= MAX_BYTES
    assert decode(signature).textured.dtype == np.bool_


def test_should_fit_for_black_and_white_noise() -> None:
    """As much contrast as there is, in every pixel of the thumbnail."""
    extreme = np.random.default_rng(0).integers(0, 2, (288, 288, 3)).astype(np.uint8) * 255
    signature = encode(_cells(), Image.fromarray(extreme))
    assert len(signature) <= MAX_BYTES
    assert decode(signature).textured.all()


@pytest.mark.parametrize("size", [(16, 16), (40, 1600), (1600, 40), (8000, 500)])
def test_should_encode_frames_of_any_shape(size: tuple[int, int]) -> None:
    assert decode(encode(_cells(), picture(*size))).thumbnail.size == (288, 288)


def test_should_be_the_same_bytes_each_time() -> None:
    assert encode(_cells(), picture(300, 400)) == SIGNATURE


def test_should_keep_the_cells_of_the_network(network: Network) -> None:
    frame = picture(300, 400)
    cells = network.cells(frame)
    assert (decode(encode(cells, frame)).codes == np.where(cells > 0, 1, -1)).all()


@pytest.mark.parametrize("length", [0, 1, 8, 784, 6271, 6272, HEAD - 1, HEAD, HEAD + 1, HEAD + 99])
def test_should_say_that_a_cut_signature_is_broken(length: int) -> None:
    of = f"thumbnail of {length - HEAD}" if length > HEAD else f"signature of {length}"
    with pytest.raises(SignatureError, match=f"{of} bytes cannot be read"):
        _read(SIGNATURE[:length])


def test_should_say_that_it_is_broken_wherever_it_is_cut() -> None:
    """But for the end-of-image marker, without which every pixel is there."""
    for length in range(0, len(SIGNATURE) - 100, 61):
        with pytest.raises(SignatureError):
            _read(SIGNATURE[:length])


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=200), keep=st.integers(0, HEAD + 300))
def test_should_say_that_any_other_bytes_are_broken(content: bytes, keep: int) -> None:
    with pytest.raises(SignatureError):
        _read(SIGNATURE[:keep] + content)


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(SIGNATURE) - HEAD - 1), st.integers(0, 255)), max_size=6
    )
)
def test_should_read_or_refuse_damaged_thumbnails(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(SIGNATURE)
    for place, value in changes:
        damaged[HEAD + place] = value
    try:
        found = _read(bytes(damaged))
    except SignatureError:
        return
    assert (found.mode, found.size) == ("RGB", (288, 288))


@pytest.mark.parametrize("size", [(287, 288), (288, 289), (16, 16), (400, 400)])
def test_should_refuse_thumbnails_of_another_size(size: tuple[int, int]) -> None:
    with pytest.raises(SignatureError):
        _read(SIGNATURE[:HEAD] + encoded(picture(*size), "JPEG"))


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_should_refuse_other_formats(image_format: str) -> None:
    with pytest.raises(SignatureError):
        _read(SIGNATURE[:HEAD] + encoded(picture(288, 288), image_format))


def test_should_refuse_a_thumbnail_that_claims_to_be_huge() -> None:
    """Its header alone must not make anyone reserve gigabytes."""
    buffer = io.BytesIO()
    picture(288, 288).save(buffer, "JPEG")
    content = buffer.getvalue()
    start = content.index(b"\xff\xc0") + 5
    huge = content[:start] + b"\xff\xff\xff\xff" + content[start + 4 :]
    with pytest.raises(SignatureError):
        _read(SIGNATURE[:HEAD] + huge)


@pytest.mark.parametrize("side", [18, 28])
def test_should_tell_which_cells_have_texture(side: int) -> None:
    """Of a plain frame none; of a rough patch those that it covers, row by row."""
    plain = Image.new("RGB", (560, 560), "#808080")
    assert not textured_cells(plain, side).any()
    plain.paste(_noise(size=40).resize((280, 280)), (280, 0))
    found = textured_cells(plain, side).reshape(side, side)
    assert found[: side // 2 - 1, side // 2 + 1 :].all()
    assert not found[side // 2 + 1 :].any()
    assert not found[:, : side // 2 - 1].any()


def test_should_not_call_noise_of_a_camera_texture() -> None:
    pixels = 128 + np.random.default_rng(0).normal(0, 4, (600, 600, 3))
    assert not textured_cells(Image.fromarray(pixels.astype(np.uint8))).any()
