"""The pictures of the benchmarks: sample photographs, enlarged if larger ones are needed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SAMPLE = Path(__file__).parents[2] / "sample"
"""The sample catalogue: ``catalogue.csv`` and ``photos``."""
NATIVE = (400, 533)
QUALITY = 88
GRAIN = 6.0
"""Standard deviation of the noise on enlarged pictures, in grey levels: without noise they would be
smoother, and their files smaller, than those of cameras."""


@dataclass(frozen=True)
class Photo:
    """An image file and its size in pixels."""

    name: str
    content: bytes
    size: tuple[int, int]


def photos(number: int, size: tuple[int, int] | None = None) -> list[Photo]:
    """The first sample photographs, unchanged.

    Args:
        number: the largest number.
        size: only photographs of this width and height; ``None``: of any size.
    """
    return list(
        islice((photo for photo in map(_read, paths()) if size in (None, photo.size)), number)
    )


def paths() -> list[Path]:
    """The files of all sample photographs, by name."""
    return sorted((SAMPLE / "photos").glob("*.jpg"))


def _read(path: Path) -> Photo:
    with Image.open(path) as image:
        return Photo(path.name, path.read_bytes(), image.size)


def enlarged(photo: Photo, size: tuple[int, int]) -> Photo:
    """The photograph cropped to the aspect ratio and enlarged with Lanczos and noise, as a JPEG."""
    with Image.open(io.BytesIO(photo.content)) as image:
        large = ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
    source = np.random.default_rng(len(photo.content))
    grain = source.standard_normal((size[1], size[0], 1), np.float32) * np.float32(GRAIN)
    grainy = np.clip(np.asarray(large) + grain, 0, 255).astype(np.uint8)
    return Photo(photo.name, encoded(Image.fromarray(grainy)), size)


def mirrored(photo: Photo) -> Photo:
    """An edited copy: mirrored and newly encoded."""
    with Image.open(io.BytesIO(photo.content)) as image:
        return Photo(photo.name, encoded(ImageOps.mirror(image)), image.size)


def encoded(image: Image.Image) -> bytes:
    """A JPEG file of the picture."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
