"""A homography takes the place of an affine transform only where it explains clearly more."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.verification.homography import MIN_MATCHES, widened
from lookalike.verification.ransac import TOLERANCE
from lookalike.verification.transforms import CORNERS, IDENTITY, Points, Transform, moved

PERSPECTIVE: Transform = np.array([[1.2, 0.1, -0.1], [0.05, 1.1, 0], [0.35, 0.15, 1]])


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
    rng = np.random.default_rng(4)
    query, stored = rng.uniform(0, 1, (2, 150, 2))
    apart = np.linalg.norm(query - stored, axis=1)
    _, explained = widened(IDENTITY, apart < TOLERANCE, query, stored, TOLERANCE)
    assert explained.sum() < MIN_MATCHES


@pytest.mark.parametrize("count", [0, MIN_MATCHES - 1])
def test_should_keep_the_affine_transform_of_few_matches(count: int) -> None:
    query = np.random.default_rng(5).uniform(0, 1, (count, 2))
    found = _widened(IDENTITY, query, moved(PERSPECTIVE, query))
    assert np.array_equal(found, IDENTITY)
