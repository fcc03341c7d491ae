"""The kinds of functions that this package names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

Change = Callable[[Image.Image, np.random.Generator], Image.Image]
"""An RGB picture, edited; the generator draws whatever is drawn."""

Joining = Callable[[Image.Image, Image.Image, np.random.Generator], Image.Image]
"""A picture shown together with another, unrelated one."""

Pairing = Callable[[Image.Image, Image.Image, np.random.Generator], tuple[Image.Image, Image.Image]]
"""Two pictures of different products, made to share something: for the catalogue, to ask about."""


def plain(change: Callable[[Image.Image], Image.Image]) -> Change:
    """A change in which nothing is drawn."""
    return lambda picture, _: change(picture)
