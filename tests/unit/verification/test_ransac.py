"""The transform is found that most matches follow, whatever the others do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.verification.cells import CellMatches
from lookalike.verification.ransac import MIN_MATCHES, TOLERANCE, consensus
from lookalike.verification.transforms import CORNERS, Points, Transform, moved

SQUARE = (1.0, 1.0)
PORTRAIT = (300.0, 400.0)


def _matches(query: Points, stored: Points) -> CellMatches:
    return CellMatches(query, stored, np.ones(len(query), np.float32))


def _among_outliers(
    transform: Transform, count: int = 200, outliers: float = 0.6, seed: int = 0
) -> CellMatches:
    """Matches that follow a transform to within a third of a cell, and those that do not."""
    rng = np.random.default_rng(seed)
    query = rng.uniform(0, 1, (count, 2))
    stored = moved(transform, query) + rng.uniform(-0.3 / 28, 0.3 / 28, (count, 2))
    wrong = rng.permutation(count) < outliers * count
    stored[wrong] = rng.uniform(0, 1, (wrong.sum(), 2))
    return _matches(query, stored)


def _similarity(
    scale: float, degrees: float, shift: tuple[float, float], sides: tuple[float, float] = SQUARE
) -> Transform:
    """About the centre, in the true aspect of frames with these sides."""
    angle = math.radians(degrees)
    turn = scale * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    linear = np.diag([1 / sides[0], 1 / sides[1]]) @ turn @ np.diag(sides)
    transform = np.eye(3)
    transform[:2, :2] = linear
    transform[:2, 2] = np.add((0.5, 0.5), shift) - linear @ (0.5, 0.5)
    return transform


def _farthest(found: Transform, true: Transform) -> float:
    """How far corners are from where they should be."""
    return float(np.abs(moved(found, CORNERS) - moved(true, CORNERS)).max())


@settings(max_examples=40, deadline=None)
@given(
    scale=st.floats(0.45, 1.6),
    degrees=st.floats(-28, 28),
    shift=st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
    sides=st.sampled_from([SQUARE, PORTRAIT, (900.0, 300.0)]),
    seed=st.integers(0, 100),
)
def test_should_recover_any_similarity_among_60_percent_of_outliers(
    scale: float,
    degrees: float,
    shift: tuple[float, float],
    sides: tuple[float, float],
    seed: int,
) -> None:
    true = _similarity(scale, degrees, shift, sides)
    found = consensus(_among_outliers(true, seed=seed), sides, sides)
    assert found is not None
    assert _farthest(found.transform, true) < 2 * TOLERANCE
    assert found.inliers.sum() > 60


@settings(max_examples=40, deadline=None)
@given(
    scale=st.tuples(st.floats(0.7, 1.4), st.floats(0.75, 1.2)),
    shift=st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
    seed=st.integers(0, 100),
)
def test_should_recover_any_scaling_of_the_axes(
    scale: tuple[float, float], shift: tuple[float, float], seed: int
) -> None:
    true = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]], [0, 0, 1]])
    found = consensus(_among_outliers(true, seed=seed), SQUARE, SQUARE)
    assert found is not None
    assert _farthest(found.transform, true) < 2 * TOLERANCE
    assert found.inliers.sum() > 60


def test_should_recover_a_turn_between_frames_of_another_aspect() -> None:
    """A turned picture on a wider canvas: a similarity only in pixels."""
    turn = _similarity(1, 20, (0, 0), PORTRAIT)
    true = turn @ np.array([[2.0, 0, -0.5], [0, 1, 0], [0, 0, 1]])
    found = consensus(_among_outliers(true, seed=3), (600, 400), PORTRAIT)
    assert found is not None
    assert _farthest(found.transform, true) < 0.02


def test_should_call_inliers_what_follows_the_transform() -> None:
    true = _similarity(0.8, 10, (0.05, 0))
    matches = _among_outliers(true)
    found = consensus(matches, SQUARE, SQUARE)
    assert found is not None
    away = np.linalg.norm(moved(found.transform, matches.query) - matches.stored, axis=1)
    assert found.inliers.tolist() == (away < TOLERANCE).tolist()
    assert 80 <= found.inliers.sum() < 100


def test_should_refine_to_an_affine_transform() -> None:
    true = np.array([[0.9, 0.04, 0.02], [-0.02, 0.95, 0.03], [0, 0, 1]])
    found = consensus(_among_outliers(true, count=400), SQUARE, SQUARE)
    assert found is not None
    assert _farthest(found.transform, true) < 0.01
    assert found.transform[2].tolist() == [0, 0, 1]


@pytest.mark.parametrize("count", range(MIN_MATCHES))
def test_should_find_none_among_too_few_matches(count: int) -> None:
    assert consensus(_among_outliers(np.eye(3), count, outliers=0), SQUARE, SQUARE) is None


def test_should_find_none_where_all_matches_are_at_one_place() -> None:
    one_place = np.full((30, 2), 0.4)
    assert consensus(_matches(one_place, one_place), SQUARE, SQUARE) is None


def test_should_not_turn_by_a_quarter() -> None:
    """Quarter turns are forms of their own."""
    found = consensus(_among_outliers(_similarity(1, 90, (0, 0)), 300, 0), SQUARE, SQUARE)
    assert found is None or found.inliers.mean() < 0.3


@pytest.mark.parametrize("axis", [0, 1])
def test_should_not_fold_what_lies_on_a_line(axis: int) -> None:
    """Of a single row of cells, nothing is known across it: the transform stays sane there."""
    query = np.random.default_rng(0).uniform(0.1, 0.9, (40, 2))
    query[:, 1 - axis] = 0.5
    found = consensus(_matches(query, query), SQUARE, SQUARE)
    assert found is not None
    assert moved(found.transform, query) == pytest.approx(query, abs=0.01)
    assert abs(np.linalg.det(found.transform)) > 0.1


@settings(max_examples=60, deadline=None)
@given(count=st.integers(0, 60), cells=st.integers(1, 28), seed=st.integers(0, 1000))
def test_should_find_a_finite_transform_of_any_matches(count: int, cells: int, seed: int) -> None:
    query, stored = np.random.default_rng(seed).integers(0, cells, (2, count, 2)) / cells
    found = consensus(_matches(query, stored), PORTRAIT, SQUARE)
    if found is not None:
        assert np.isfinite(np.linalg.inv(found.transform)).all()
        assert found.inliers.shape == (count,)


def test_should_find_the_same_each_time() -> None:
    matches = _among_outliers(_similarity(0.7, -12, (0.1, 0.1)))
    first, second = (consensus(matches, SQUARE, PORTRAIT) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.transform.tobytes() == second.transform.tobytes()
