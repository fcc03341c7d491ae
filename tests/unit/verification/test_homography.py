"""A homography takes the place of an affine transform only where it explains clearly more."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.verification.cells import CellMatches
from lookalike.verification.homography import MIN_MATCHES, widened
from lookalike.verification.ransac import TOLERANCE, consensus
from lookalike.verification.transforms import CORNERS, IDENTITY, Points, Transform, moved

PERSPECTIVE: Transform = np.array([[1.2, 0.1, -0.1], [0.05, 1.1, 0], [0.35, 0.15, 1]])
STRONG: Transform = np.array([[1.6, 0.1, -0.1], [0.1, 1.4, 0], [0.8, 0.1, 1]])


def _affine_about_the_middle(transform: Transform) -> Transform:
    """The affine transform that is equal to it up to first order in the middle."""
    centre, step = np.array([[0.5, 0.5]]), 1e-6
    [there] = moved(transform, centre)
    columns = [(moved(transform, centre + step * axis)[0] - there) / step for axis in np.eye(2)]
    affine = np.eye(3)
    affine[:2, :2] = np.stack(columns, axis=1)
    affine[:2, 2] = there - affine[:2, :2] @ centre[0]
    return affine


def _inliers(transform: Transform, query: Points, stored: Points) -> int:
    apart = np.linalg.norm(moved(transform, query) - stored, axis=1)
    return int((apart < TOLERANCE).sum())


def _widened(affine: Transform, query: Points, stored: Points) -> Transform:
    apart = np.linalg.norm(moved(affine, query) - stored, axis=1)
    return widened(affine, apart < TOLERANCE, query, stored, TOLERANCE)[0]


def test_should_grow_from_the_middle_of_a_picture_in_perspective_to_its_corners() -> None:
    rng = np.random.default_rng(1)
    query = rng.uniform(0, 1, (300, 2))
    stored = moved(PERSPECTIVE, query) + rng.normal(0, 0.1 * TOLERANCE, (300, 2))
    affine = _affine_about_the_middle(PERSPECTIVE)
    assert _inliers(affine, query, stored) < 280
    found = _widened(affine, query, stored)
    assert np.abs(moved(found, CORNERS) - moved(PERSPECTIVE, CORNERS)).max() < TOLERANCE


def test_should_count_what_the_homography_explains() -> None:
    query = np.random.default_rng(2).uniform(0, 1, (200, 2))
    stored = moved(PERSPECTIVE, query)
    affine = _affine_about_the_middle(PERSPECTIVE)
    apart = np.linalg.norm(moved(affine, query) - stored, axis=1)
    found, explained = widened(affine, apart < TOLERANCE, query, stored, TOLERANCE)
    assert explained.sum() == _inliers(found, query, stored) > (apart < TOLERANCE).sum()


def test_should_keep_an_affine_transform_that_explains_as_much() -> None:
    rng = np.random.default_rng(3)
    query = rng.uniform(0, 1, (200, 2))
    stored = query + rng.normal(0, 0.3 * TOLERANCE, (200, 2))
    assert np.array_equal(_widened(IDENTITY, query, stored), IDENTITY)


def test_should_keep_the_affine_transform_of_chance_matches() -> None:
    """Fifty of 200 lie just beyond the tolerance, each in another direction."""
    rng = np.random.default_rng(4)
    query, angles = rng.uniform(0, 1, (200, 2)), rng.uniform(0, 2 * np.pi, 50)
    stored = query.copy()
    stored[:50] += 1.4 * TOLERANCE * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert np.array_equal(_widened(IDENTITY, query, stored), IDENTITY)


def test_should_stay_as_it_is_across_a_line_of_matches() -> None:
    """As for a banner in perspective: along it, the scale changes; across it, nothing is known."""
    across = np.array([[1.0, 0, 0], [0, 1.6, -0.3], [0, 0, 1]])
    leaning = np.array([[1.2, 0, -0.1], [0, 1.2, -0.1], [0.4, 0, 0.8]])
    query = np.stack([np.linspace(0, 1, 80), np.full(80, 0.5)], axis=1)
    found = _widened(across, query, moved(leaning @ across, query))
    assert not np.array_equal(found, across)
    below, above = moved(found, np.array([(0.5, 0.4), (0.5, 0.6)]))
    assert (above - below)[1] / 0.2 == pytest.approx(1.6, abs=0.4)


@pytest.mark.parametrize(("count", "grows"), [(0, False), (MIN_MATCHES - 1, False), (40, True)])
def test_should_grow_from_enough_matches(count: int, *, grows: bool) -> None:
    query = np.random.default_rng(5).uniform(0, 1, (count, 2))
    affine = _affine_about_the_middle(STRONG)
    found = _widened(affine, query, moved(STRONG, query))
    assert np.array_equal(found, affine) is not grows


def test_should_be_found_from_matches_of_a_picture_in_perspective() -> None:
    rng = np.random.default_rng(6)
    query = rng.uniform(0, 1, (300, 2))
    stored = moved(STRONG, query)
    wrong = rng.random(300) < 0.4
    stored[wrong] = rng.uniform(0, 1, (int(wrong.sum()), 2))
    matches = CellMatches(query, stored, np.ones(300, np.float32))
    found = consensus(matches, (1, 1), (1, 1))
    assert found is not None
    transform, _ = widened(found.transform, found.inliers, query, stored, TOLERANCE)
    assert np.abs(moved(transform, CORNERS) - moved(STRONG, CORNERS)).max() < TOLERANCE
