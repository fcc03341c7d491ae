"""The pictures of the benchmarks: the sample photographs, enlarged where larger are needed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SAMPLE = Path(__file__).parents[2] / "sample"
"""The sample catalogue: ``catalogue.csv`` and ``photos``."""
NATIVE = (400, 533)
QUALITY = 88
GRAIN = 4.0
"""Standard deviation of the noise on enlarged pictures, in grey levels: without it they would be
smoother, and their files smaller, than what cameras write."""


@dataclass(frozen=True)
class Photo:
    """An image file and its size in pixels."""

    name: str
    content: bytes
    size: tuple[int, int]


def photos(number: int) -> list[Photo]:
    """The first sample photographs of 400 x 533, as they are."""
    found: list[Photo] = []
    for path in sorted((SAMPLE / "photos").glob("*.jpg")):
        with Image.open(path) as image:
            if image.size == NATIVE:
                found.append(Photo(path.name, path.read_bytes(), image.size))
        if len(found) == number:
            break
    return found


def enlarged(photo: Photo, size: tuple[int, int]) -> Photo:
    """The photograph cut to the aspect and enlarged with Lanczos and grain, as a new JPEG."""
    with Image.open(io.BytesIO(photo.content)) as image:
        large = ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
    source = np.random.default_rng(len(photo.content))
    grain = source.standard_normal((size[1], size[0], 1), np.float32) * np.float32(GRAIN)
    grainy = np.clip(np.asarray(large) + grain, 0, 255).astype(np.uint8)
    return Photo(photo.name, encoded(Image.fromarray(grainy)), size)


def mirrored(photo: Photo) -> Photo:
    """An edited copy: mirrored and encoded again."""
    with Image.open(io.BytesIO(photo.content)) as image:
        return Photo(photo.name, encoded(ImageOps.mirror(image)), image.size)


def encoded(image: Image.Image) -> bytes:
    """A JPEG file of the picture."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
