"""The types of edit functions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

Change = Callable[[Image.Image, np.random.Generator], Image.Image]
"""Edits an RGB picture; the generator makes all random choices."""

Joining = Callable[[Image.Image, Image.Image, np.random.Generator], Image.Image]
"""Combines a picture with another, unrelated one."""

Pairing = Callable[[Image.Image, Image.Image, np.random.Generator], tuple[Image.Image, Image.Image]]
"""Gives pictures of two products something in common: one for the catalogue, one to ask about."""


def plain(change: Callable[[Image.Image], Image.Image]) -> Change:
    """A change without random choices."""
    return lambda picture, _: change(picture)


Blank = Callable[[np.random.Generator], Image.Image]
"""Draws a picture that shows nothing; the generator makes all random choices."""
