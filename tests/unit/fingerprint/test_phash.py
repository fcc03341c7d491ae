"""The pHash is bit for bit what imagehash gives on the same prepared picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits import apply, crop
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.distances import hamming
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.phash import FORMS, Form, PHash
from lookalike.images.preparation import PreparedPicture, prepare
from tests.images import picture

PHASH: HashAlgorithm = PHash()


@pytest.fixture(scope="module")
def samples(sample_pictures: tuple[Path, ...]) -> list[Image.Image]:
    """Every tenth sample picture."""
    return [Image.open(path).convert("RGB") for path in sample_pictures[::10]]


def _frame(image: Image.Image) -> PreparedPicture:
    return PreparedPicture(image, (0, 0, *image.size), *image.size)


def _stored(picture: PreparedPicture, network: Network) -> dict[str, str]:
    stored = PHASH.stored_hashes(Analysis(picture, network))
    return {field: value.hex() for field, value in stored.items()}


def _oracle(image: Image.Image) -> str:
    return str(imagehash.phash(image))


@pytest.mark.slow
def test_should_equal_imagehash_on_every_sample_picture(
    prepared_samples: Mapping[str, PreparedPicture], network: Network
) -> None:
    assert len(prepared_samples) == 200
    for sample in prepared_samples.values():
        assert _stored(sample, network)["phash"] == _oracle(sample.whole)


@pytest.mark.slow
def test_should_equal_imagehash_on_the_trimmed_frame(
    samples: list[Image.Image], network: Network
) -> None:
    for edit in ("pad_white10", "pad_black20", "pad_colour15"):
        for sample in samples:
            bordered = prepare(apply(edit, sample, seed=0))
            stored = _stored(bordered, network)
            assert bordered.has_border
            assert stored["phash"] == _oracle(bordered.whole)
            assert stored["phash_trimmed"] == _oracle(bordered.trimmed)


def test_should_have_no_hash_of_the_trimmed_frame_without_a_border(network: Network) -> None:
    assert set(_stored(_frame(picture()), network)) == {"phash"}


@settings(max_examples=150, deadline=None)
@given(
    width=st.integers(8, 90),
    height=st.integers(8, 90),
    levels=st.sampled_from([2, 3, 16, 256]),
    grain=st.sampled_from([1, 4, 9]),
    seed=st.integers(0, 2**32 - 1),
)
def test_should_equal_imagehash_where_no_frequency_ties_with_the_median(
    width: int, height: int, levels: int, grain: int, seed: int
) -> None:
    """A tie exists in exact arithmetic only: imagehash decides it by rounding errors, we by 0.

    Ties come with symmetry or with few large squares of few colours, never with photographs.
    """
    rng = np.random.default_rng(seed)
    shape = (-(-height // grain), -(-width // grain), 3)
    coarse = (rng.integers(0, levels, shape) * (255 // (levels - 1))).astype(np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.NEAREST)
    ours = _bits_of(PHASH.query_rows(_without_network(image))[0])
    theirs = imagehash.phash(image).hash.ravel()
    assert not ours[_ties(image)].any()
    assert (ours == theirs)[~_ties(image)].all()


def _without_network(image: Image.Image) -> Analysis:
    return Analysis(_frame(image), _NoNetwork())


class _NoNetwork(Network):
    """The pHash needs none."""

    def __init__(self) -> None:
        pass


def _bits_of(row: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.unpackbits(row).astype(bool)


def _ties(image: Image.Image) -> NDArray[np.bool_]:
    """Which of the 64 frequencies equal their median but for rounding errors."""
    small = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.LANCZOS), float)
    waves = 2 * np.cos(np.pi * np.outer(np.arange(8), 2 * np.arange(32) + 1) / 64)
    frequencies = (waves @ small @ waves.T).ravel()
    close: NDArray[np.bool_] = np.abs(frequencies - np.median(frequencies)) < 2e-6
    return close


@pytest.mark.parametrize("colour", ["white", "black", "grey", "red"])
def test_should_equal_imagehash_on_one_colour(colour: str) -> None:
    image = Image.new("RGB", (100, 100), colour)
    assert PHASH.query_rows(_without_network(image))[0].tobytes().hex() == _oracle(image)


@pytest.mark.parametrize("levels", [(60, 60, 60, 128), (128, 60, 255, 255), (0, 60, 0, 128)])
def test_should_decide_ties_by_exact_arithmetic(levels: tuple[int, ...]) -> None:
    """Of four plain squares most frequencies are zero, and so is their median: bits stay 0.

    imagehash sets a few of these bits, by the rounding errors of its transform.
    """
    squares = Image.fromarray(np.array(levels, np.uint8).reshape(2, 2))
    image = squares.resize((40, 40), Image.Resampling.NEAREST).convert("RGB")
    ours = _bits_of(PHASH.query_rows(_without_network(image))[0])
    theirs = imagehash.phash(image).hash.ravel()
    assert not ours[_ties(image)].any()
    assert theirs[_ties(image)].any()


def _turned(image: Image.Image, form: Form) -> Image.Image:
    """The picture in a form, turned by Pillow, which counts degrees counterclockwise."""
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if form.flipped else image
    turns = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    return mirrored.transpose(turns[form.rotation]) if form.rotation else mirrored


def test_should_name_each_form_once() -> None:
    assert set(FORMS) == {Form(flip, turn) for flip in (False, True) for turn in (0, 90, 180, 270)}
    assert FORMS[0] == Form(flipped=False, rotation=0)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_match_a_turned_picture_in_the_row_of_its_form(
    form: Form, samples: list[Image.Image], network: Network
) -> None:
    """Resizing a mirrored picture rounds a little differently, which may turn two bits."""
    for sample in samples:
        stored = PHASH.stored_hashes(Analysis(_frame(sample), network))["phash"]
        rows = PHASH.query_rows(Analysis(_frame(_turned(sample, form)), network))
        distances = hamming(rows, np.frombuffer(stored, np.uint8)[None])[:, 0]
        assert FORMS[int(distances.argmin())] == form
        assert distances.min() <= 2
        assert np.sort(distances)[1] > 8


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), form=st.sampled_from(FORMS))
def test_should_undo_every_form_exactly_where_nothing_is_resized(seed: int, form: Form) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    upright = PHASH.query_rows(_without_network(image))
    turned = PHASH.query_rows(_without_network(_turned(image, form)))
    assert turned[FORMS.index(form)].tobytes() == upright[0].tobytes()


def test_should_query_eight_rows_a_frame_with_the_whole_frame_first(
    samples: list[Image.Image], network: Network
) -> None:
    bordered = prepare(apply("pad_white10", samples[0], seed=0))
    rows = PHASH.query_rows(Analysis(bordered, network))
    whole = PHASH.query_rows(Analysis(_frame(bordered.whole), network))
    trimmed = PHASH.query_rows(Analysis(_frame(bordered.trimmed), network))
    assert rows.tobytes() == whole.tobytes() + trimmed.tobytes()
    assert whole.shape == trimmed.shape == (8, 8)


def test_should_find_a_bordered_copy_by_its_trimmed_frame(
    samples: list[Image.Image], network: Network
) -> None:
    for sample in samples:
        stored = PHASH.stored_hashes(Analysis(_frame(sample), network))["phash"]
        bordered = prepare(apply("pad_black20", sample, seed=0))
        rows = PHASH.query_rows(Analysis(bordered, network))
        distances = hamming(rows, np.frombuffer(stored, np.uint8)[None])[:, 0]
        assert distances[8] <= 6


def test_should_differ_between_unlike_pictures(
    samples: list[Image.Image], network: Network
) -> None:
    """Not a property of the algorithm but a guard against a hash that always says the same."""
    hashes = {_stored(_frame(sample), network)["phash"] for sample in samples}
    cropped = _stored(_frame(crop(samples[0], 0.3, 0, 0, 0)), network)["phash"]
    assert len(hashes | {cropped}) == len(samples) + 1
