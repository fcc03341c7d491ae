"""Pictures to fit and to measure with, and the split between the two."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Half(StrEnum):
    """What a picture may be used for: nothing that is fitted is reported on."""

    FIT = "fit"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a catalogue.

    Attributes:
        path: the file.
        domain: the catalogue's name, such as ``photos`` or ``studio``.
        group: products of one style stand on the same side of the split.
        half: by a digest of the group, so that it never changes.
    """

    path: Path
    domain: str
    group: str
    half: Half


def read_samples(catalogue: Path) -> list[Sample]:
    """The pictures of a catalogue file (``entity_id,sku,image_url``), paths relative to it."""
    with catalogue.open(encoding="utf-8", newline="") as file:
        return [
            Sample(
                path=catalogue.parent / row["image_url"],
                domain=catalogue.stem,
                group=row["sku"] or row["entity_id"],
                half=half_of(row["sku"] or row["entity_id"]),
            )
            for row in csv.DictReader(file)
        ]


def half_of(group: str) -> Half:
    """The side of the split."""
    odd = hashlib.sha256(group.encode()).digest()[0] & 1
    return Half.FIT if odd else Half.REPORT
