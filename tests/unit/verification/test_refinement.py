"""Tests of choosing and refining the transforms that a candidate is compared under."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from lookalike.verification.refinement import best_of
from lookalike.verification.transforms import Transform


def _shifted(right: float) -> Transform:
    return np.array([[1.0, 0, right], [0, 1, 0], [0, 0, 1]])


class Pictures:
    """Transforms that shift to the right, known by how far; each is refined to another one."""

    def __init__(self, rates: Mapping[float, float], ends: Mapping[float, float | None]) -> None:
        self.rates = rates
        self.ends = ends
        self.refined: list[float] = []

    def best_of(self, *starts: float) -> float | None:
        found = best_of(map(_shifted, starts), self._rate, self._refine)
        return None if found is None else float(found[0, 2])

    def _rate(self, transform: Transform) -> float:
        return self.rates[float(transform[0, 2])]

    def _refine(self, transform: Transform) -> Transform | None:
        start = float(transform[0, 2])
        self.refined.append(start)
        end = self.ends[start]
        return None if end is None else _shifted(end)


def test_should_refine_the_best_start_first() -> None:
    pictures = Pictures({0.0: 0.1, 0.5: 0.2, 0.1: 0.3, 0.6: 0.4}, {0.0: 0.1, 0.5: 0.6})
    assert pictures.best_of(0.0, 0.5) == 0.6
    assert pictures.refined == [0.5, 0.0]


def test_should_refine_a_distant_start_where_little_agrees() -> None:
    pictures = Pictures({0.0: 0.3, 0.5: 0.1, 0.1: 0.5, 0.6: 0.55}, {0.0: 0.1, 0.5: 0.6})
    assert pictures.best_of(0.0, 0.5) == 0.6
    assert pictures.refined == [0.0, 0.5]


@pytest.mark.parametrize(("rate", "other"), [(0.61, 0.5), (0.2, 0.14)], ids=["agreed", "near"])
def test_should_not_refine_what_leads_to_nothing_better(rate: float, other: float) -> None:
    pictures = Pictures({0.0: 0.15, other: 0.1, 0.1: rate}, {0.0: 0.1, other: 0.9})
    assert pictures.best_of(other, 0.0) == 0.1
    assert pictures.refined == [0.0]


def test_should_refine_another_start_where_the_first_drifts_apart() -> None:
    pictures = Pictures({0.0: 0.3, 0.01: 0.2, 0.02: 0.9}, {0.0: None, 0.01: 0.02})
    assert pictures.best_of(0.0, 0.01) == 0.02


def test_should_keep_a_start_that_refinement_makes_worse() -> None:
    assert Pictures({0.0: 0.7, 0.1: 0.6}, {0.0: 0.1}).best_of(0.0) == 0.0


def test_should_find_none_without_a_start() -> None:
    assert Pictures({}, {}).best_of() is None
