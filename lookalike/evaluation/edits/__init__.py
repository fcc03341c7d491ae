"""Edits that product photographs go through on their way: named, of fixed or of random strength.

A change takes an RGB picture and a random generator; ``apply`` returns the bytes of the edited
file, so that every query went through an encoder, as in real life.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.evaluation.edits.chains import CHAINS
from lookalike.evaluation.edits.composites import COMPOSITES
from lookalike.evaluation.edits.families import RANDOM
from lookalike.evaluation.edits.geometry import cover, crop, crop_to_area, pad
from lookalike.evaluation.edits.hard_negatives import HARD_NEGATIVES
from lookalike.evaluation.edits.kinds import Change, Joining, Pairing
from lookalike.evaluation.edits.light import white_balance
from lookalike.evaluation.edits.listings import LISTINGS
from lookalike.evaluation.edits.quality import encode, scale
from lookalike.evaluation.edits.recolourings import RECOLOURINGS, visibly_recoloured
from lookalike.evaluation.edits.region_colours import (
    DARK,
    MID,
    PALE,
    Palette,
    noticeably_recoloured,
    two_colours,
)
from lookalike.evaluation.edits.single import EDITS

__all__ = [
    "EDITS",
    "CHAINS",
    "RANDOM",
    "COMPOSITES",
    "RECOLOURINGS",
    "HARD_NEGATIVES",
    "LISTINGS",
    "Change",
    "Joining",
    "Pairing",
    "apply",
    "encode",
    "visibly_recoloured",
    "noticeably_recoloured",
    "two_colours",
    "Palette",
    "PALE",
    "DARK",
    "MID",
    "cover",
    "crop",
    "crop_to_area",
    "pad",
    "scale",
    "white_balance",
]


def apply(name: str, picture: Image.Image, seed: int, other: Image.Image | None = None) -> bytes:
    """The image file of a picture after an edit; the same seed gives the same file.

    Args:
        name: of ``EDITS``, ``CHAINS``, ``RANDOM``, ``RECOLOURINGS`` or ``COMPOSITES``.
        picture: in RGB; it is not changed.
        seed: of all random choices.
        other: an unrelated picture in RGB; only composites need one.

    Raises:
        KeyError: there is no edit of this name.
        ValueError: a composite needs another picture.
    """
    rng = np.random.default_rng(seed)
    joining = COMPOSITES.get(name)
    if joining is None:
        return encode((EDITS | CHAINS | RANDOM | RECOLOURINGS)[name](picture, rng))
    if other is None:
        raise ValueError(f"{name} shows two pictures: pass another one.")
    return encode(joining(picture, other, rng))
