"""Synthetic entries fill an index as unrelated pictures would, without being copies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lookalike.errors import BadParameterError
from lookalike.evaluation.answers.synthetic_entries import (
    MAX_FLIPPED_BITS,
    Embeddings,
    compute_embeddings,
    synthetic_entries,
)
from lookalike.evaluation.methods import Ours
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.phash import PHash
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint

REAL = 300
SYNTHETIC = 6_000
Words = NDArray[np.uint64]
"""Hashes, one in each row."""


@pytest.fixture(scope="module")
def embeddings() -> Embeddings:
    """Embeddings of real pictures: random directions, as far apart as possible."""
    drawn = (
        np.random.default_rng(0).standard_normal((REAL, 2, DeepHash.layout.bits)).astype(np.float32)
    )
    unit: Embeddings = drawn / np.linalg.norm(drawn, axis=2, keepdims=True)
    return unit.reshape(REAL, -1)


@pytest.fixture(scope="module")
def real(embeddings: Embeddings) -> dict[str, Fingerprint]:
    """The fingerprints of these pictures, each with a different signature."""
    found = {}
    for number, row in enumerate(np.packbits(embeddings > 0, axis=1)):
        phash = np.random.default_rng(number).bytes(8)
        deep, centre = row.reshape(2, -1)
        hashes = {"phash": phash, "deep": deep.tobytes(), "deep_centre": centre.tobytes()}
        found[f"r{number}"] = a_fingerprint(
            number, hashes=hashes, signature=bytes([number % 256]) * 100, quality=60
        )
    return found


def rows(fingerprints: dict[str, Fingerprint], field: str) -> Words:
    packed = b"".join(fingerprint.hashes[field] for fingerprint in fingerprints.values())
    return np.frombuffer(packed, np.uint64).reshape(len(fingerprints), -1)


def nearest(queries: Words, stored: Words) -> NDArray[np.int64]:
    """Bits from each query to the nearest stored row."""
    return np.array(
        [np.bitwise_count(row ^ stored).sum(axis=1, dtype=np.int64).min() for row in queries]
    )


def test_should_generate_the_same_entries_in_every_run(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    synthetic = synthetic_entries(real, embeddings, 40, seed=1)
    assert synthetic == synthetic_entries(real, embeddings, 40, seed=1)
    assert synthetic != synthetic_entries(real, embeddings, 40, seed=2)


def test_should_generate_as_many_as_requested_under_new_names(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    synthetic = synthetic_entries(real, embeddings, 500, seed=1).fingerprints
    assert len(synthetic) == 500
    assert synthetic.keys().isdisjoint(real)
    assert len({fingerprint.fingerprint_id for fingerprint in synthetic.values()}) == 500
    for one in synthetic.values():
        assert {field: len(value) for field, value in one.hashes.items()} == {
            "phash": 8,
            "deep": 64,
            "deep_centre": 64,
        }


def test_should_have_the_signature_of_a_third_picture(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    """An entry never has the signature of the pictures that its hashes are near to."""
    synthetic = synthetic_entries(real, embeddings, 2_000, seed=1)
    by_id = {id(fingerprint.signature) for fingerprint in real.values()}
    assert {id(one.signature) for one in synthetic.fingerprints.values()} <= by_id
    names, hashes = list(real), rows(real, "deep")
    for name, one in synthetic.fingerprints.items():
        distances = np.bitwise_count(rows({name: one}, "deep") ^ hashes).sum(axis=1)
        closest = names[int(distances.argmin())]
        assert name not in synthetic.with_signature_of([closest])
        if distances.min() < 150:
            assert one.signature is not real[closest].signature


def test_should_list_the_entries_with_the_signature_of_a_picture(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    synthetic = synthetic_entries(real, embeddings, 2_000, seed=1)
    every = synthetic.with_signature_of(real)
    assert every == synthetic.fingerprints.keys()
    some = synthetic.with_signature_of(["r1", "r2", "unknown"])
    signatures = {id(real[name].signature) for name in ("r1", "r2")}
    alike = {n for n, one in synthetic.fingerprints.items() if id(one.signature) in signatures}
    assert some == alike
    assert some


def test_should_lie_between_real_pictures_but_on_none(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    """Independent hashes of 512 bits are 256 bits apart, and hardly ever less than 200."""
    synthetic = synthetic_entries(real, embeddings, SYNTHETIC, seed=1).fingerprints
    for field in DeepHash.layout.fields:
        distances = nearest(rows(synthetic, field)[:500], rows(real, field))
        assert 170 < np.median(distances) < 215
        assert distances.min() > 130


def test_should_move_a_phash_as_far_as_unrelated_pictures_are(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    synthetic = synthetic_entries(real, embeddings, SYNTHETIC, seed=1).fingerprints
    distances = nearest(rows(synthetic, PHash.layout.name), rows(real, PHash.layout.name))
    assert distances.max() <= MAX_FLIPPED_BITS
    shares = [float((distances <= MAX_FLIPPED_BITS - fewer).mean()) for fewer in (1, 2, 3)]
    assert shares == pytest.approx([1 / 2, 1 / 4, 1 / 8], abs=0.1)


def test_should_refuse_too_few_real_pictures(
    real: dict[str, Fingerprint], embeddings: Embeddings
) -> None:
    few = {name: real[name] for name in ("r0", "r1")}
    with pytest.raises(BadParameterError, match="at least 3"):
        synthetic_entries(few, embeddings[:2], 10, seed=1)
    three = few | {"r2": real["r2"]}
    assert len(synthetic_entries(three, embeddings[:3], 10, seed=1).fingerprints) == 10


def test_should_mix_the_embeddings_of_real_pictures(
    sample_pictures: tuple[Path, ...],
) -> None:
    """The signs of the embeddings are the hashes of the pictures."""
    some = sample_pictures[:2]
    found = compute_embeddings(some, workers=1)
    stored = [Ours().describe(path.read_bytes()) for path in some]
    for row, fingerprint in zip(np.packbits(found > 0, axis=1), stored, strict=True):
        assert row.tobytes() == fingerprint.hashes["deep"] + fingerprint.hashes["deep_centre"]
    assert np.square(found).sum(axis=1) == pytest.approx(2)
