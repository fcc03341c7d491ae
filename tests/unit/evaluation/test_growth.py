"""Made fingerprints fill an index without being copies of anything."""

from __future__ import annotations

import numpy as np
import pytest

from lambdas.shared.pictures import Fingerprint
from scripts.evaluation.growth import FLIPPED, made_fingerprints


@pytest.fixture
def real() -> list[Fingerprint]:
    """Three fingerprints with random hashes."""
    rng = np.random.default_rng(0)
    return [
        Fingerprint(f"{n:032d}", "v", {"phash": rng.bytes(8), "deep": rng.bytes(64)}, 80, 40, 50)
        for n in range(3)
    ]


def _bits(a: bytes, b: bytes) -> int:
    return int(np.bitwise_count(np.frombuffer(a, "u1") ^ np.frombuffer(b, "u1")).sum())


def test_should_make_as_many_as_asked_under_names_of_their_own(real: list[Fingerprint]) -> None:
    made = dict(made_fingerprints(real, 40, seed=1))
    assert len(made) == 40
    assert len({fingerprint.fingerprint_id for fingerprint in made.values()}) == 40
    assert made == dict(made_fingerprints(real, 40, seed=1))


def test_should_lie_where_pictures_lie_but_near_none(real: list[Fingerprint]) -> None:
    for _, made in made_fingerprints(real, 30, seed=2):
        nearest = min(_bits(made.hashes["deep"], one.hashes["deep"]) for one in real)
        assert 512 * FLIPPED * 0.8 < nearest < 512 * FLIPPED * 1.2
