"""Values that several features need are derived from a block comparison."""

from __future__ import annotations

import numpy as np

from lookalike.verification.block_view import largest_component


def test_should_find_the_largest_component_connected_at_corners_too() -> None:
    blocks = np.zeros((16, 16), np.bool_)
    assert largest_component(blocks) == (0, 0)
    blocks[0, 0] = blocks[1, 1] = blocks[2, 2] = True
    blocks[10:12, 10] = True
    assert largest_component(blocks) == (3, 9)
    assert largest_component(np.ones((16, 16), np.bool_)) == (256, 256)
    snake = np.zeros((16, 16), np.bool_)
    snake[::2] = True
    snake[1::4, 15] = snake[3::4, 0] = True
    assert largest_component(snake)[0] == snake.sum()
