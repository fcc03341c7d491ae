"""Cells of two pictures are matched where each is the other's nearest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from lookalike.verification.cells import (
    CellGrid,
    CellMatches,
    Codes,
    aligned_cosines,
    mutual_matches,
)
from lookalike.verification.transforms import IDENTITY
from tests.unit.verification.builders import cut_out

ALL = np.array([True])


def _bits(side: int = 28, seed: int = 0) -> Codes:
    signs = np.random.default_rng(seed).integers(0, 2, (side * side, 64)) * 2 - 1
    return signs.astype(np.float32)


def _stored(bits: Codes, textured: ArrayLike = ALL) -> CellGrid:
    return CellGrid(bits, np.broadcast_to(np.asarray(textured), len(bits)))


def _queried(bits: Codes, textured: ArrayLike = ALL) -> CellGrid:
    return _stored(bits / np.float32(8), textured)


@pytest.mark.parametrize("side", [18, 28])
def test_should_have_centres_of_cells_row_by_row(side: int) -> None:
    grid = _stored(_bits(side))
    assert grid.side == side
    assert grid.points.shape == (side * side, 2)
    assert grid.points[0] == pytest.approx((0.5 / side, 0.5 / side))
    assert grid.points[1] == pytest.approx((1.5 / side, 0.5 / side))
    assert grid.points[-1] == pytest.approx((1 - 0.5 / side, 1 - 0.5 / side))


def test_should_have_points_of_textured_cells_alone() -> None:
    textured = np.zeros(784, np.bool_)
    textured[[3, 28 * 5 + 7]] = True
    grid = _stored(_bits(), textured)
    assert grid.points == pytest.approx(np.array([(3.5, 0.5), (7.5, 5.5)]) / 28)
    assert grid.textured_codes.tobytes() == grid.codes[textured].tobytes()


def test_should_match_every_cell_of_a_picture_with_itself() -> None:
    matches = mutual_matches(_queried(_bits()), _stored(_bits()))
    assert len(matches) == 784
    assert matches.query == pytest.approx(matches.stored)
    assert matches.cosines == pytest.approx(np.ones(784))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_should_find_every_cell_wherever_it_went(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(784)
    matches = mutual_matches(_queried(_bits()[order]), _stored(_bits()))
    places = _stored(_bits()).points
    assert matches.query == pytest.approx(places)
    assert matches.stored == pytest.approx(places[order])


def test_should_match_a_stored_cell_with_its_nearest_alone() -> None:
    """Where several cells of the query look alike, the best of them keeps the match."""
    bits = _bits()
    copies = bits.copy()
    copies[:50] = bits[700]
    copies[:50, 0] *= -1
    matches = mutual_matches(_queried(copies), _stored(bits))
    of_copied = matches.stored @ (28, 28 * 28) // 1
    assert len(matches) <= 784 - 50
    assert len(np.unique(of_copied)) == len(matches)


def test_should_leave_out_cells_without_texture() -> None:
    upper = np.arange(784) < 392
    matches = mutual_matches(_queried(_bits(), upper), _stored(_bits(), np.arange(784) % 2 == 0))
    assert len(matches) >= 196
    assert matches.query[:, 1].max() < 0.5
    exact = matches.cosines > 0.99
    assert exact.sum() == 196
    assert matches.query[exact] == pytest.approx(matches.stored[exact])


@pytest.mark.parametrize(("query", "stored"), [(False, True), (True, False), (False, False)])
def test_should_match_nothing_where_one_picture_is_plain(
    query: bool,  # noqa: FBT001 - a case
    stored: bool,  # noqa: FBT001 - a case
) -> None:
    matches = mutual_matches(_queried(_bits(), query), _stored(_bits(), stored))
    assert len(matches) == 0
    assert matches.query.shape == matches.stored.shape == (0, 2)
    assert len(CellMatches.joined(matches, matches)) == 0


def test_should_join_the_matches_of_several_grids() -> None:
    fine = mutual_matches(_queried(_bits()), _stored(_bits()))
    coarse = mutual_matches(_queried(_bits(18, seed=1)), _stored(_bits()))
    joined = CellMatches.joined(fine, coarse)
    assert len(joined) == len(fine) + len(coarse)
    assert joined.query[784:].tobytes() == coarse.query.tobytes()
    assert joined.cosines[:784].tobytes() == fine.cosines.tobytes()


def test_should_find_aligned_cells_alike() -> None:
    alike = aligned_cosines((_queried(_bits()),), _stored(_bits()), IDENTITY)
    assert alike == pytest.approx(np.ones(784))


def test_should_find_cells_alike_only_under_the_right_shift() -> None:
    """A query that shows the stored picture one cell further left."""
    bits = _bits().reshape(28, 28, 64)
    query = _queried(np.roll(bits, 1, axis=1).reshape(784, 64))
    shifted = cut_out(-1 / 28, 0, 27 / 28, 1)
    alike = aligned_cosines((query,), _stored(_bits()), shifted)
    assert len(alike) == 27 * 28
    assert alike == pytest.approx(np.ones(27 * 28))
    assert aligned_cosines((query,), _stored(_bits()), IDENTITY).mean() < 0.1


def test_should_compare_only_cells_that_the_query_shows() -> None:
    part = cut_out(0.25, 0.5, 0.75, 1)
    alike = aligned_cosines((_queried(_bits()),), _stored(_bits(seed=1)), part)
    assert len(alike) == 14 * 14
    assert not len(aligned_cosines((_queried(_bits()),), _stored(_bits()), cut_out(2, 2, 3, 3)))


def test_should_take_the_best_of_several_grids() -> None:
    grids = (_queried(_bits(18, seed=1)), _queried(_bits()))
    both = aligned_cosines(grids, _stored(_bits()), IDENTITY)
    one, other = (aligned_cosines((grid,), _stored(_bits()), IDENTITY) for grid in grids)
    assert both == pytest.approx(np.maximum(one, other))
    assert np.abs(one).max() <= 1 + 1e-6
