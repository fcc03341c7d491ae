"""Connected components of blocks are found, whatever their shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.verification.components import (
    Blocks,
    bounding_box_area,
    grown,
    largest_component,
    opened,
    surrounded,
)


def _of_rows(*rows: str) -> Blocks:
    return np.array([[mark == "#" for mark in row] for row in rows])


@pytest.mark.parametrize(
    ("blocks", "largest"),
    [
        (_of_rows("...", "..."), _of_rows("...", "...")),
        (_of_rows("##", "##"), _of_rows("##", "##")),
        (_of_rows("#....", ".#...", "..#.#"), _of_rows("#....", ".#...", "..#..")),
        (_of_rows("##..#", "....#", "....#"), _of_rows("....#", "....#", "....#")),
    ],
)
def test_should_find_the_largest_component_connected_at_corners_too(
    blocks: Blocks, largest: Blocks
) -> None:
    assert (largest_component(blocks) == largest).all()


def test_should_not_connect_the_end_of_a_row_with_the_start_of_the_next() -> None:
    assert largest_component(_of_rows("..#", "#..")).sum() == 1


def test_should_follow_a_snake() -> None:
    snake = np.zeros((24, 24), np.bool_)
    snake[::2] = True
    snake[1::4, 23] = snake[3::4, 0] = True
    assert (largest_component(snake) == snake).all()


@given(st.integers(0, 2**35 - 1))
def test_should_agree_with_a_search_block_by_block(bits: int) -> None:
    blocks = np.array([bool(bits >> place & 1) for place in range(35)]).reshape(5, 7)
    rest = {(int(row), int(column)) for row, column in zip(*np.nonzero(blocks), strict=True)}
    sizes = [0]
    while rest:
        reached = [rest.pop()]
        for row, column in reached:
            around = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)}
            reached += around & rest
            rest -= around
        sizes.append(len(reached))
    found = largest_component(blocks)
    assert found.sum() == max(sizes)
    assert not (found & ~blocks).any()


def test_should_measure_the_rectangle_around_blocks() -> None:
    assert bounding_box_area(_of_rows("...", "...")) == 0
    assert bounding_box_area(_of_rows("..#.", "....", "#...")) == 9


def test_should_open_lines_and_keep_squares() -> None:
    blocks = _of_rows("####.", "##..#", "...#.", "#..##")
    assert (opened(blocks) == _of_rows("##...", "##...", ".....", ".....")).all()


def test_should_grow_by_all_that_touch() -> None:
    blocks = _of_rows("....", "#...", "....", "....")
    assert (grown(blocks) == _of_rows("##..", "##..", "##..", "....")).all()


def test_should_find_what_is_surrounded() -> None:
    blocks = _of_rows("####", "#..#", "#...", "##.#")
    assert (surrounded(blocks) == _of_rows("####", "##.#", "#...", "##.#")).all()
    assert not surrounded(np.zeros((3, 3), np.bool_)).any()
