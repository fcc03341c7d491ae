"""How imageSearch (Entro01/imageSearch, ``application_phash.py``) decodes a picture."""

from __future__ import annotations

import io

from PIL import Image


def decoded(content: bytes) -> Image.Image:
    """The whole picture in RGB, decoded at full size."""
    return Image.open(io.BytesIO(content)).convert("RGB")
