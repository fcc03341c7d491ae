"""The evidence that was gathered, and which of it is what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STRONG_LIGHT = ("bright150", "dark50", "contrast50", "random_light")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What ``scripts.classifier.collect`` wrote; one row a pair of query and candidate."""

    names: list[str]
    terms: NDArray[np.float32]
    query: NDArray[np.int64]
    entry: NDArray[np.int64]
    candidate: NDArray[np.int64]
    is_recoloured: Flags
    is_recolouring: Flags
    is_hard: Flags
    has_new_background: Flags
    has_strong_light: Flags
    groups: NDArray[np.str_]
    domains: NDArray[np.str_]
    colours: NDArray[np.str_]
    views: NDArray[np.str_]

    @classmethod
    def read(cls, path: Path) -> Evidence:
        """From its file."""
        with np.load(path) as stored:
            query, entry, candidate = stored["numbers"].T
            recolourings = ("hue", "garment", "dye")
            edits = stored["edits"].tolist()
            return cls(
                stored["names"].tolist(),
                stored["terms"],
                query,
                entry,
                candidate,
                stored["recoloured"],
                np.array([edit.startswith(recolourings) for edit in edits]),
                np.array([edit.startswith("shared") for edit in edits]),
                np.array([edit.startswith("background") for edit in edits]),
                np.isin(edits, STRONG_LIGHT),
                stored["groups"],
                stored["domains"],
                stored["colours"],
                stored["views"],
            )

    @cached_property
    def own(self) -> Flags:
        """The candidate is the very picture that was edited."""
        return np.asarray(self.entry == self.candidate)

    @cached_property
    def stranger(self) -> Flags:
        """The candidate is of another product."""
        return np.asarray(self.groups[self.entry] != self.groups[self.candidate])

    @cached_property
    def other_colour(self) -> Flags:
        """The candidate shows the same view of the product in another colour."""
        same_view = self.views[self.entry] == self.views[self.candidate]
        other = self.colours[self.entry] != self.colours[self.candidate]
        return np.asarray(~self.own & ~self.stranger & same_view & other)

    @cached_property
    def domain(self) -> NDArray[np.str_]:
        """Of the query."""
        return self.domains[self.entry]

    def by_query(self, scores: Floats, rows: Flags) -> dict[int, float]:
        """The best score of some rows of each query."""
        best: dict[int, float] = {}
        for number, score in zip(self.query[rows].tolist(), scores[rows].tolist(), strict=True):
            best[number] = max(score, best.get(number, -np.inf))
        return best
