"""Losses through encoders, sensors and resizing."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFilter

LANCZOS = Image.Resampling.LANCZOS


def encode(picture: Image.Image, quality: int = 85, file_format: str = "JPEG") -> bytes:
    """The image file of a picture."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, file_format, quality=quality)
    return buffer.getvalue()


def reencode(picture: Image.Image, quality: int, file_format: str = "JPEG") -> Image.Image:
    """The picture after lossy encoding."""
    return Image.open(io.BytesIO(encode(picture, quality, file_format))).convert("RGB")


def scale(picture: Image.Image, factor: float) -> Image.Image:
    """Resize by this factor."""
    return picture.resize(
        (max(1, round(picture.width * factor)), max(1, round(picture.height * factor))), LANCZOS
    )


def thumbnail(picture: Image.Image, side: int) -> Image.Image:
    """Resize to this longer side, in pixels."""
    return scale(picture, side / max(picture.size))


def enlarged_thumbnail(picture: Image.Image, side: int) -> Image.Image:
    """Reduce to this longer side, and enlarge to the original size again."""
    return thumbnail(picture, side).resize(picture.size, Image.Resampling.BICUBIC)


def blur(picture: Image.Image, sigma: float) -> Image.Image:
    """Blur by a Gaussian with this standard deviation in pixels."""
    return picture.filter(ImageFilter.GaussianBlur(sigma))


def noise(picture: Image.Image, sigma: float, rng: np.random.Generator) -> Image.Image:
    """Add Gaussian noise with this standard deviation in grey levels."""
    values = np.asarray(picture, np.float32)
    grain = rng.standard_normal(values.shape, np.float32) * np.float32(sigma)
    return Image.fromarray(np.clip(values + grain, 0, 255).astype(np.uint8))
