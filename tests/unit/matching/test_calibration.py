"""The probability falls with every distance, and the shipped model belongs to this version."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest
from numpy.typing import NDArray

from lambdas.shared.fingerprint.version import ALGORITHM_VERSION
from lambdas.shared.matching.calibration import TERMS, Calibration, terms
from tests.unit.matching.builders import at

PHASH_DISTANCES = range(0, 65, 2)
"""Half of the bits of a pHash are set, but for ties: distances are even."""
DEEP_DISTANCES = range(513)


@pytest.fixture(scope="module")
def grid() -> NDArray[np.float64]:
    """The shipped probability at every distance, shape (pHash, deep)."""
    shipped = Calibration.shipped()
    return np.array(
        [
            [shipped.probability(at(phash, deep)) for deep in DEEP_DISTANCES]
            for phash in PHASH_DISTANCES
        ]
    )


def test_should_name_every_term() -> None:
    assert tuple(terms(at(10, 100))) == TERMS
    assert set(Calibration.shipped().coefficients) == set(TERMS)


def test_should_be_fitted_for_this_version() -> None:
    text = resources.files("lambdas.shared.matching").joinpath("calibration.json").read_text()
    assert json.loads(text)["algorithm_version"] == ALGORITHM_VERSION


def test_should_be_the_logistic_function_of_the_weighed_terms() -> None:
    even = Calibration(0.0, dict.fromkeys(TERMS, 0.0))
    assert even.probability(at(10, 100)) == 0.5
    weighed = Calibration(1.0, dict.fromkeys(TERMS, 0.0) | {"deep": -2.0})
    assert weighed.probability(at(0, 64)) == pytest.approx(1 / (1 + np.e))


def test_should_be_a_probability_everywhere(grid: NDArray[np.float64]) -> None:
    assert np.isfinite(grid).all()
    assert grid.min() >= 0
    assert grid.max() <= 1


def test_should_be_sure_of_equal_hashes_and_of_strangers(grid: NDArray[np.float64]) -> None:
    assert grid[0, 0] > 0.99
    assert grid[PHASH_DISTANCES.index(32), 250] < 0.01


def test_should_never_rise_with_the_distance_of_the_deep_hash(grid: NDArray[np.float64]) -> None:
    assert np.diff(grid, axis=1).max() < 1e-5


def test_should_never_rise_with_a_near_phash_moving_away(grid: NDArray[np.float64]) -> None:
    """Farther out it may: a middling pHash beside a far deep hash is the mark of a template."""
    assert np.diff(grid[: PHASH_DISTANCES.index(8) + 1], axis=0).max() < 0.01


def test_should_call_any_phash_beyond_the_ceiling_the_same(grid: NDArray[np.float64]) -> None:
    """Beyond 24 bits a picture is as good as any other."""
    assert (grid[PHASH_DISTANCES.index(24) :] == grid[PHASH_DISTANCES.index(24)]).all()
