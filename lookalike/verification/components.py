"""Connected components of blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Blocks = NDArray[np.bool_]
"""One flag for each block, shape (rows, columns)."""


def largest_component(blocks: Blocks) -> Blocks:
    """The blocks of the largest connected component; none of none.

    Blocks that touch at a corner are connected. Of equally large ones, it is the lowest.
    """
    best, rest = 0, _to_bits(blocks)
    width = blocks.shape[1] + 1
    while rest.bit_count() > best.bit_count():
        component = _component_of(rest & -rest, rest, width)
        rest &= ~component
        if component.bit_count() > best.bit_count():
            best = component
    return _from_bits(best, blocks.shape)


def grown(blocks: Blocks) -> Blocks:
    """The blocks and all that touch them."""
    padded = np.zeros((blocks.shape[0] + 2, blocks.shape[1] + 2), np.bool_)
    padded[1:-1, 1:-1] = blocks
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    grown: Blocks = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return grown


def opened(blocks: Blocks) -> Blocks:
    """The blocks that belong to a square of 2 x 2 of them: without thin lines and lone blocks."""
    corners = blocks[:-1, :-1] & blocks[1:, :-1] & blocks[:-1, 1:] & blocks[1:, 1:]
    result = np.zeros_like(blocks)
    for down in (slice(0, -1), slice(1, None)):
        for right in (slice(0, -1), slice(1, None)):
            result[down, right] |= corners
    return result


def surrounded(blocks: Blocks) -> Blocks:
    """The places with blocks left and right, above and below; blocks are beside themselves."""
    found = np.ones_like(blocks)
    for axis in (0, 1):
        before = np.logical_or.accumulate(blocks, axis)
        after = np.flip(np.logical_or.accumulate(np.flip(blocks, axis), axis), axis)
        found &= before & after
    return found


def bounding_box_area(blocks: Blocks) -> int:
    """Blocks of the smallest rectangle around some blocks; 0 around none."""
    rows, columns = np.nonzero(blocks)
    return int((np.ptp(rows) + 1) * (np.ptp(columns) + 1)) if len(rows) else 0


def _component_of(seed: int, blocks: int, width: int) -> int:
    """All blocks that are connected with a seed.

    The whole map is one integer, so that a shift moves all blocks at once: that is some ten times
    as fast as arrays of this size. ``width`` counts a column of zeros, which keeps rows apart.
    """
    component = seed
    while True:
        row = component | component << 1 | component >> 1
        spread = (row | row << width | row >> width) & blocks
        if spread == component:
            return component
        component = spread


def _to_bits(blocks: Blocks) -> int:
    rows, columns = blocks.shape
    padded = np.zeros((rows, columns + 1), np.bool_)
    padded[:, :-1] = blocks
    return int.from_bytes(np.packbits(padded).tobytes(), "big") >> (-padded.size % 8)


def _from_bits(bits: int, shape: tuple[int, ...]) -> Blocks:
    rows, columns = shape
    size = rows * (columns + 1)
    packed = (bits << (-size % 8)).to_bytes((size + 7) // 8, "big")
    flags = np.unpackbits(np.frombuffer(packed, np.uint8), count=size)
    return flags.reshape(rows, columns + 1)[:, :columns].astype(np.bool_)
