"""Work to do before a snapshot is taken, so that a function restored from it is warm.

It fetches nothing and calls no store, so no connection is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.matcher import Matcher

_SIDE = 640
_PATCH = 40


def warm_up_matcher(matcher: Matcher, decode: Callable[[bytes], PreparedPicture]) -> None:
    """Decode, fingerprint and compare a generated picture."""
    picture = decode(generated_jpeg())
    matcher.compare(picture, picture)


def warm_up_fingerprinter(
    fingerprinter: Fingerprinter, decode: Callable[[bytes], PreparedPicture]
) -> None:
    """Decode and fingerprint a generated picture."""
    fingerprinter.fingerprint(decode(generated_jpeg()))


def generated_jpeg() -> bytes:
    """A JPEG of random patches: enough content to be compared."""
    colours = np.random.default_rng(0).integers(0, 256, (_SIDE // _PATCH,) * 2 + (3,), np.uint8)
    file = BytesIO()
    Image.fromarray(colours).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()
