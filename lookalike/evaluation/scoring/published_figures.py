"""Figures that others have published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedRecall:
    """Recall at a precision of 99.99 % in perception's benchmark.

    Source: thorn-oss/perception, docs/examples/benchmarking.rst: 3,854 photographs and paintings,
    1,650 of them photographs; pHash and PDQ of 256 bits.

    Attributes:
        edit: its name in ``PUBLISHED_EDITS``.
        recall: by row of the report's table.
    """

    edit: str
    recall: Mapping[str, float]


_PERCEPTION_ROWS = (
    "published: pHash",
    "published: PDQ",
    "its photographs: pHash",
    "its photographs: PDQ",
)
PERCEPTION = tuple(
    PublishedRecall(edit, dict(zip(_PERCEPTION_ROWS, recall, strict=True)))
    for edit, recall in {
        "crop 5 %": (0.071, 0.090, 0.637, 0.306),
        "padding 20 %": (0.024, 0.013, 0.035, 0.015),
        "rotation 4°": (0.596, 0.545, 0.898, 0.734),
    }.items()
)
PRECISION = 0.9999

IMAGE_SEARCH_SIMILARITY = {
    "crop 5 %": 0.860,
    "crop 10 %": 0.734,
    "crop 15 %": 0.629,
    "crop 20 %": 0.577,
    "square rendition": 0.61,
}
"""Mean similarity (share of 64 equal bits) of pictures and their edited copies, by edit.

Source: Entro01/imageSearch, hash_similarity_with_varying_intensities.csv and
hash_similarity_results_detailed.csv, of 50 shop pictures. ``IMAGE_SEARCH_EDITS`` are the edits."""
