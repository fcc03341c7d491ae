"""Figures that others have published, and the edits they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageOps


def _cropped(picture: Image.Image, share: float) -> Image.Image:
    width, height = picture.size
    left, top = int(width * share), int(height * share)
    return picture.crop((left, top, int(width * (1 - share)), int(height * (1 - share))))


def _padded(picture: Image.Image, share: float) -> Image.Image:
    above = round(picture.height * share)
    return ImageOps.expand(picture, (0, above, 0, above), (0, 0, 0))


def _square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


PUBLISHED_EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "crop 5 %": lambda picture: _cropped(picture, 0.05),
    "padding 20 %": lambda picture: _padded(picture, 0.2),
    "rotation 4°": lambda picture: picture.rotate(4, Image.Resampling.BILINEAR),
}
"""The hardest edits of perception's benchmark: cropped by 5 % on each side, 20 % of its height of
black above and below, turned by 4 degrees on black within its frame."""


@dataclass(frozen=True, slots=True)
class PublishedRecall:
    """Share found at a precision of 99.99 %, of perception's benchmark.

    thorn-oss/perception, docs/examples/benchmarking.rst: 3,854 photographs and paintings, of which
    1,650 photographs; pHash and PDQ of 256 bits.

    Attributes:
        found: by column of the tables.
    """

    edit: str
    found: Mapping[str, float]


_PERCEPTION_COLUMNS = (
    "published: pHash",
    "published: PDQ",
    "its photographs: pHash",
    "its photographs: PDQ",
)
PERCEPTION = tuple(
    PublishedRecall(edit, dict(zip(_PERCEPTION_COLUMNS, found, strict=True)))
    for edit, found in {
        "crop 5 %": (0.071, 0.090, 0.637, 0.306),
        "padding 20 %": (0.024, 0.013, 0.035, 0.015),
        "rotation 4°": (0.596, 0.545, 0.898, 0.734),
    }.items()
)
PRECISION = 0.9999


@dataclass(frozen=True, slots=True)
class PublishedSimilarity:
    """Mean similarity of pictures and their edited copies in imageSearch's own study.

    Entro01/imageSearch, hash_similarity_with_varying_intensities.csv and
    hash_similarity_results_detailed.csv: 50 shop pictures, shares of 64 equal bits.
    """

    edit: str
    similarity: float
    change: Callable[[Image.Image], Image.Image]


IMAGE_SEARCH = (
    PublishedSimilarity("crop 5 %", 0.860, lambda picture: _cropped(picture, 0.05)),
    PublishedSimilarity("crop 10 %", 0.734, lambda picture: _cropped(picture, 0.10)),
    PublishedSimilarity("crop 15 %", 0.629, lambda picture: _cropped(picture, 0.15)),
    PublishedSimilarity("crop 20 %", 0.577, lambda picture: _cropped(picture, 0.20)),
    PublishedSimilarity("square rendition", 0.61, _square),
)
"""Crops cut that share off each side; a shop's square renditions are cut to the middle square."""
