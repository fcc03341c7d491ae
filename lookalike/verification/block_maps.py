"""Block maps: how far two aligned pictures agree, one value for each block of the stored frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]
"""One value for each block, shape (side, side)."""
Where = NDArray[np.bool_]
"""One flag for each block, shape (side, side)."""
_MOST = 0.5
"""Share of a block from which it counts as shown."""


@dataclass(frozen=True, eq=False)
class BlockMaps:
    """How far a query and a stored picture agree on the stored frame, by block.

    Maps have the shape (16, 16) of blocks, (24, 24) of fine ones or (48, 48) of parts; colours have
    three channels.

    Attributes:
        shown: share of the block that the query shows.
        query_texture: root mean square of the query's gradient, in grey levels over two pixels.
        stored_texture: root mean square of the stored picture's gradient.
        agreement: correlation of the gradients, -1 to 1, best of shifts by a pixel.
        query_rgb: mean colour of the query, levels 0 to 255.
        stored_rgb: mean colour of the stored picture.
    """

    shown: Map
    query_texture: Map
    stored_texture: Map
    agreement: Map
    query_rgb: NDArray[np.float32]
    stored_rgb: NDArray[np.float32]

    @staticmethod
    def blank(side: int) -> BlockMaps:
        """Two black pictures, of which nothing is shown, in so many blocks along each side."""
        zero, black = np.zeros((side, side), np.float32), np.zeros((side, side, 3), np.float32)
        return BlockMaps(zero, zero, zero, zero, black, black)

    @property
    def is_shown(self) -> Where:
        """The blocks that the query shows for the most part."""
        return self.shown > _MOST

    @property
    def texture(self) -> Map:
        """The larger texture of the two pictures."""
        return np.maximum(self.query_texture, self.stored_texture)

    @property
    def colour_difference(self) -> Map:
        """Levels between the mean colours, in the channel that differs most."""
        difference: Map = np.abs(self.query_rgb - self.stored_rgb).max(axis=-1)
        return difference


def pooled_agreement(maps: BlockMaps, where: Where) -> float:
    """The correlation of gradients over all of some blocks at once, -1 to 1; 0 of none.

    What is too faint in each block shows over many.
    """
    query, stored = maps.query_texture[where], maps.stored_texture[where]
    scale = float(np.sqrt(np.square(query).sum() * np.square(stored).sum()))
    return float((maps.agreement[where] * query * stored).sum()) / max(1.0, scale)
