"""All families of edits whose strength is random for every picture, and chains of them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.evaluation.edits.covers import COVERS
from lookalike.evaluation.edits.drawn import RANDOM as MILD
from lookalike.evaluation.edits.draws import some_of
from lookalike.evaluation.edits.halves import HALVES
from lookalike.evaluation.edits.holes import HOLES
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.losses import LOSSES
from lookalike.evaluation.edits.renditions import RENDITIONS
from lookalike.evaluation.edits.tones import TONES
from lookalike.evaluation.edits.turns import TURNS
from lookalike.evaluation.edits.veils import VEILS
from lookalike.evaluation.edits.weather import WEATHER

_DRAWN = VEILS | TONES | WEATHER | HOLES | LOSSES | COVERS | HALVES | TURNS | RENDITIONS
_LAST = {"random_quality", "random_rendition", *LOSSES}
"""Losses come last in a chain, as files lose quality on their way out."""


def random_long_chain(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two to four of all families in random order; losses of quality come last."""
    names = [name for name in RANDOM if not name.endswith("_chain")]
    for name in sorted(some_of(rng, names, 2, 4), key=_LAST.__contains__):
        picture = RANDOM[name](picture, rng)
    return picture


RANDOM: dict[str, Change] = {
    **MILD,
    **_DRAWN,
    "random_long_chain": random_long_chain,
}
"""Families of edits, by name."""

STRONG = (*(name for name in _DRAWN if name not in RENDITIONS), "random_long_chain")
"""The families that go beyond what shops and sellers usually do."""
