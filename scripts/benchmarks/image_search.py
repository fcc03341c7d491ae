"""The method that Lookalike outgrows: that of the public project Entro01/imageSearch.

``application_phash.py`` there: the file decoded in full and converted to RGB, the long side
resized to 512 with Lanczos, centred on a white canvas of 512 x 512, ``imagehash.phash``.
"""

from __future__ import annotations

import io

import imagehash
from PIL import Image

_SIDE = 512


def decoded(content: bytes) -> Image.Image:
    """The whole picture in RGB, decoded at full size."""
    return Image.open(io.BytesIO(content)).convert("RGB")


def phash(image: Image.Image) -> imagehash.ImageHash:
    """The hash of a decoded picture."""
    ratio = _SIDE / max(image.size)
    width, height = (int(side * ratio) for side in image.size)
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (_SIDE, _SIDE), (255, 255, 255))
    canvas.paste(small, ((_SIDE - width) // 2, (_SIDE - height) // 2))
    return imagehash.phash(canvas)
