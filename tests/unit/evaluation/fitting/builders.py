"""Entries and samples of invented catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.dataset import Dataset, Floats
from lookalike.evaluation.fitting.sample import Sample

UNRELATED = 4
"""Unrelated candidates of every query."""


def some_entries(count: int, group_size: int) -> list[Entry]:
    """Entries of two domains, in products of this many entries."""
    return [
        Entry(
            f"e{n}",
            ("home", "shop")[n % 2],
            f"style{n // group_size}",
            Path(f"{n}.jpg"),
            f"colour{n}",
            "main",
        )
        for n in range(count)
    ]


ENTRIES = some_entries(80, group_size=2)


def random_samples(rng: np.random.Generator) -> Iterator[Sample]:
    """Of each entry: its own picture, the other colour of its product, and unrelated pictures."""
    for entry in range(len(ENTRIES)):
        edit = ("crop25", "background_white", "bright150", "dye_dark")[entry // 2 % 4]
        unrelated = ((entry + 2 + 2 * n) % len(ENTRIES) for n in range(UNRELATED))
        for candidate in (entry, entry ^ 1, *unrelated):
            likeness = (candidate == entry) + 0.5 * (candidate == entry ^ 1) + rng.normal(0, 0.05)
            dyed = edit == "dye_dark" or candidate == entry ^ 1
            features = {"fine_agreement": likeness, "colour": dyed + rng.normal(0, 0.05)}
            features["phash"] = 8.0
            yield Sample(entry, entry, candidate, edit, edit == "dye_dark", features)


def some_scores(dataset: Dataset, near: int) -> Floats:
    """Log odds of which ``near`` unrelated pictures of every query are near misses."""
    scores = np.full(len(dataset.features), -9.0)
    scores[dataset.is_own] = 5.0
    for number in np.unique(dataset.query):
        rows = np.flatnonzero((dataset.query == number) & dataset.is_unrelated)
        scores[rows[:near]] = -1.0
    return scores
