"""Splits pictures into a half to fit on and a half to report on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from lookalike.evaluation.catalogues import Entry, read_catalogues


class Half(StrEnum):
    """The use of a picture: figures are never reported on pictures that something was fitted on."""

    FIT = "fit"
    REPORT = "report"


def assigned_half(style: str) -> Half:
    """Return the half that a style belongs to; it follows from a digest, so it never changes."""
    odd = hashlib.sha256(style.encode()).digest()[0] & 1
    return Half.FIT if odd else Half.REPORT


def fitting_half(sources: Sequence[Path], sku_pattern: str = "") -> list[Entry]:
    """Return the entries of the fitting half, and print the rows that cannot be used."""
    entries, refused = read_catalogues(sources, None, Path(), sku_pattern)
    for each in refused:
        print(f"{each.domain} {each.name}: {each.detail}")
    return [entry for entry in entries if assigned_half(entry.style) is Half.FIT]
