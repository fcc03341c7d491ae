"""Made pictures, for what a deployment tries by itself; they need numpy and Pillow alone."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

_SIDE = 640
_PATCH = 40


def generated_jpeg(seed: int = 0) -> bytes:
    """A JPEG of random patches, another one for each seed: enough content to be compared."""
    colours = np.random.default_rng(seed).integers(0, 256, (_SIDE // _PATCH,) * 2 + (3,), np.uint8)
    file = BytesIO()
    Image.fromarray(colours).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()
