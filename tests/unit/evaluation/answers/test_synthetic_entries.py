"""Made pictures fill an index as strangers would, without being copies of anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lookalike.errors import BadParameterError
from lookalike.evaluation.answers.synthetic_entries import FLIPS, Views, made_pictures, views_of
from lookalike.evaluation.methods import Ours
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.phash import PHash
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint

REAL = 300
MADE = 6_000
Words = NDArray[np.uint64]
"""Hashes, one a row."""


@pytest.fixture(scope="module")
def views() -> Views:
    """Of real pictures: random directions, as far from each other as can be."""
    drawn = (
        np.random.default_rng(0).standard_normal((REAL, 2, DeepHash.layout.bits)).astype(np.float32)
    )
    unit: Views = drawn / np.linalg.norm(drawn, axis=2, keepdims=True)
    return unit.reshape(REAL, -1)


@pytest.fixture(scope="module")
def real(views: Views) -> dict[str, Fingerprint]:
    """Their fingerprints, each with a signature of its own."""
    found = {}
    for number, row in enumerate(np.packbits(views > 0, axis=1)):
        made = a_fingerprint(number, signature=bytes([number % 256]) * 100, quality=60)
        phash = np.random.default_rng(number).bytes(8)
        deep, centre = row.reshape(2, -1)
        hashes = {"phash": phash, "deep": deep.tobytes(), "deep_centre": centre.tobytes()}
        found[f"r{number}"] = a_fingerprint(
            number, hashes=hashes, signature=made.signature, quality=60
        )
    return found


def rows(fingerprints: dict[str, Fingerprint], field: str) -> Words:
    packed = b"".join(fingerprint.hashes[field] for fingerprint in fingerprints.values())
    return np.frombuffer(packed, np.uint64).reshape(len(fingerprints), -1)


def nearest(queries: Words, stored: Words) -> NDArray[np.int64]:
    """Bits to the nearest stored row, of each query."""
    return np.array(
        [np.bitwise_count(row ^ stored).sum(axis=1, dtype=np.int64).min() for row in queries]
    )


def test_should_make_the_same_pictures_in_every_run(
    real: dict[str, Fingerprint], views: Views
) -> None:
    made = made_pictures(real, views, 40, seed=1)
    assert made == made_pictures(real, views, 40, seed=1)
    assert made != made_pictures(real, views, 40, seed=2)


def test_should_make_as_many_as_asked_under_names_of_their_own(
    real: dict[str, Fingerprint], views: Views
) -> None:
    made = made_pictures(real, views, 500, seed=1).fingerprints
    assert len(made) == 500
    assert made.keys().isdisjoint(real)
    assert len({fingerprint.fingerprint_id for fingerprint in made.values()}) == 500
    for one in made.values():
        assert {field: len(value) for field, value in one.hashes.items()} == {
            "phash": 8,
            "deep": 64,
            "deep_centre": 64,
        }


def test_should_show_a_third_picture_without_copying_its_signature(
    real: dict[str, Fingerprint], views: Views
) -> None:
    """Whatever it is near to by its hashes, it does not look like it."""
    made = made_pictures(real, views, 2_000, seed=1)
    by_id = {id(fingerprint.signature) for fingerprint in real.values()}
    assert {id(one.signature) for one in made.fingerprints.values()} <= by_id
    names, hashes = list(real), rows(real, "deep")
    for name, one in made.fingerprints.items():
        distances = np.bitwise_count(rows({name: one}, "deep") ^ hashes).sum(axis=1)
        closest = names[int(distances.argmin())]
        assert name not in made.likes_of([closest])
        if distances.min() < 150:
            assert one.signature is not real[closest].signature


def test_should_tell_what_looks_like_a_picture(real: dict[str, Fingerprint], views: Views) -> None:
    made = made_pictures(real, views, 2_000, seed=1)
    every = made.likes_of(real)
    assert every == made.fingerprints.keys()
    some = made.likes_of(["r1", "r2", "unknown"])
    signatures = {id(real[name].signature) for name in ("r1", "r2")}
    alike = {n for n, one in made.fingerprints.items() if id(one.signature) in signatures}
    assert some == alike
    assert some


def test_should_lie_between_pictures_but_on_none(
    real: dict[str, Fingerprint], views: Views
) -> None:
    """Independent hashes of 512 bits are 256 bits apart, and hardly ever less than 200."""
    made = made_pictures(real, views, MADE, seed=1).fingerprints
    for field in DeepHash.layout.fields:
        distances = nearest(rows(made, field)[:500], rows(real, field))
        assert 170 < np.median(distances) < 215
        assert distances.min() > 130


def test_should_move_a_phash_as_far_as_strangers_are(
    real: dict[str, Fingerprint], views: Views
) -> None:
    made = made_pictures(real, views, MADE, seed=1).fingerprints
    distances = nearest(rows(made, PHash.layout.name), rows(real, PHash.layout.name))
    assert distances.max() <= FLIPS
    shares = [float((distances <= FLIPS - fewer).mean()) for fewer in (1, 2, 3)]
    assert shares == pytest.approx([1 / 2, 1 / 4, 1 / 8], abs=0.1)


def test_should_not_make_pictures_of_too_few(real: dict[str, Fingerprint], views: Views) -> None:
    few = {name: real[name] for name in ("r0", "r1")}
    with pytest.raises(BadParameterError, match="at least 3"):
        made_pictures(few, views[:2], 10, seed=1)
    three = few | {"r2": real["r2"]}
    assert len(made_pictures(three, views[:3], 10, seed=1).fingerprints) == 10


def test_should_mix_what_the_network_says_of_real_pictures(
    sample_pictures: tuple[Path, ...],
) -> None:
    """The signs of what is mixed are the hashes of the pictures themselves."""

    some = sample_pictures[:2]
    found = views_of(some, workers=1)
    stored = [Ours().describe(path.read_bytes()) for path in some]
    for row, fingerprint in zip(np.packbits(found > 0, axis=1), stored, strict=True):
        assert row.tobytes() == fingerprint.hashes["deep"] + fingerprint.hashes["deep_centre"]
    assert np.square(found).sum(axis=1) == pytest.approx(2)
