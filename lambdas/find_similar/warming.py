"""One comparison before a snapshot is taken, so that whoever is restored from it is warm."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from lookalike.images.preparation import prepare
from lookalike.matching.matcher import Matcher

_SIDE = 640
_PATCH = 40


def warm_up(matcher: Matcher) -> None:
    """Decode, describe and compare a made-up picture. Asks no store: nothing gets connected."""
    picture = prepare(_patches())
    matcher.compare(picture, picture)


def _patches() -> bytes:
    """A JPEG with enough in it to be compared."""
    colours = np.random.default_rng(0).integers(0, 256, (_SIDE // _PATCH,) * 2 + (3,), np.uint8)
    file = BytesIO()
    Image.fromarray(colours).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()
