"""The dataset: collected samples in one file, and masks that select kinds of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import LISTINGS
from lookalike.evaluation.edits.families import STRONG
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.fitting.sample import SIBLINGS, Sample, columns

STRONG_LIGHT = ("bright150", "dark50", "contrast50", "random_light", "random_strong_light")
OVERLAYS = ("logo", "banner", "overlay", "shape", "stickers", "writing", "face", "meme", "holes")
"""Words in the names of edits that lay something over a part of the picture."""
RECOLOURINGS = ("hue", "garment", "dye", "region")
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
"""One flag for each sample."""
_OF_ENTRIES = ("groups", "domains", "colours", "views", "photographs")
"""Attributes of ``Dataset`` with one value for each entry; the others have one for each sample."""


def write(path: Path, entries: Sequence[Entry], samples: Sequence[Sample], about: str = "") -> None:
    """Write the file that ``Dataset.read`` reads; there is at least one sample.

    Args:
        path: of the file.
        entries: of all catalogues.
        samples: of these entries.
        about: equal for collections that give the same samples; see ``is_about``.
    """
    np.savez_compressed(
        path,
        allow_pickle=False,
        about=np.array(about),
        **columns(samples),
        groups=np.array([entry.group for entry in entries]),
        domains=np.array([entry.domain for entry in entries]),
        colours=np.array([entry.colour for entry in entries]),
        views=np.array([entry.view for entry in entries]),
        photographs=np.array([photograph(entry) for entry in entries]),
    )


def is_about(path: Path, about: str) -> bool:
    """Return whether a file holds the samples of a collection; ``about`` is as in ``write``."""
    if not path.exists():
        return False
    with np.load(path) as stored:
        return "about" in stored and str(stored["about"]) == about


def photograph(entry: Entry) -> str:
    """The photograph that an entry shows: its own, unless the catalogue says otherwise."""
    return f"{entry.domain}:{entry.photograph}" if entry.photograph else entry.entity_id


@dataclass(frozen=True, eq=False)
class Dataset:
    """All samples: one row for each pair of query and candidate.

    Attributes:
        feature_names: of the columns of ``features``.
        features: shape (samples, features).
        query: number of the query, of each sample.
        entry: number of the entry whose picture was edited, of each sample.
        candidate: number of the entry verified against, of each sample.
        nearest: as of ``Sample.nearest``, of each sample.
        lacking: as of ``Sample.lacking``, of each sample.
        is_about_colours: the query is one of ``colour_queries``.
        is_recoloured: a person sees that the query was recoloured.
        is_recolouring: the edit is a recolouring, seen or not.
        is_hard: the pair shares much, and shows different photographs.
        is_product_pair: what it was made to share is all but a print or a label.
        is_sibling: nothing was made to be shared; two products look alike.
        is_strong: the edit is of a family that goes beyond what shops and sellers usually do.
        is_listing: a copy with another overlay than the candidate has, as in ``LISTINGS``.
        has_overlay: the edit lays something over a part of the picture.
        has_new_background: the edit replaces the background.
        has_strong_light: the edit changes the light strongly.
        groups: the product of each entry.
        domains: the catalogue of each entry.
        colours: the colour of each entry; empty where it is unknown.
        views: the view of each entry.
        photographs: the photograph of each entry.
    """

    feature_names: list[str]
    features: NDArray[np.float32]
    query: NDArray[np.int64]
    entry: NDArray[np.int64]
    candidate: NDArray[np.int64]
    nearest: NDArray[np.int64]
    lacking: NDArray[np.float32]
    is_about_colours: Mask
    is_recoloured: Mask
    is_recolouring: Mask
    is_hard: Mask
    is_product_pair: Mask
    is_sibling: Mask
    is_strong: Mask
    is_listing: Mask
    has_overlay: Mask
    has_new_background: Mask
    has_strong_light: Mask
    groups: NDArray[np.str_]
    domains: NDArray[np.str_]
    colours: NDArray[np.str_]
    views: NDArray[np.str_]
    photographs: NDArray[np.str_]

    @classmethod
    def read(cls, path: Path) -> Dataset:
        """Read the file that ``write`` wrote.

        Raises:
            KeyError: another version wrote it, and it lacks an array.
        """
        with np.load(path) as stored:
            query, entry, candidate, nearest = stored["numbers"].T
            edits = stored["edits"].tolist()
            return cls(
                stored["feature_names"].tolist(),
                stored["features"],
                query,
                entry,
                candidate,
                nearest,
                stored["lacking"],
                stored["about_colours"],
                stored["recoloured"],
                np.array([edit.startswith(RECOLOURINGS) for edit in edits]),
                np.array([edit.startswith(("shared", "other_")) for edit in edits]),
                np.isin(edits, list(PRODUCT_PAIRS)),
                np.isin(edits, SIBLINGS),
                np.isin(edits, STRONG),
                np.isin(edits, list(LISTINGS)),
                np.array([any(word in edit for word in OVERLAYS) for edit in edits]),
                np.array([edit.startswith("background") for edit in edits]),
                np.isin(edits, STRONG_LIGHT),
                stored["groups"],
                stored["domains"],
                stored["colours"],
                stored["views"],
                stored["photographs"],
            )

    def without(self, domains: Sequence[str]) -> Dataset:
        """The dataset without the entries of some domains, and without samples that show them.

        The remaining entries are numbered anew.
        """
        kept = ~np.isin(self.domains, domains)
        numbers = np.cumsum(kept) - 1
        rest = self.of(kept[self.entry] & kept[self.candidate])
        of_entries = {name: getattr(self, name)[kept] for name in _OF_ENTRIES}
        return replace(
            rest, entry=numbers[rest.entry], candidate=numbers[rest.candidate], **of_entries
        )

    def of(self, rows: Mask) -> Dataset:
        """The dataset with some of its samples, and all entries."""
        of_samples: dict[str, Any] = {
            each.name: getattr(self, each.name)[rows]
            for each in fields(self)
            if each.name not in ("feature_names", *_OF_ENTRIES)
        }
        return replace(self, **of_samples)

    @cached_property
    def is_own(self) -> Mask:
        """The candidate is of the photograph that was edited."""
        return np.asarray(self.photographs[self.entry] == self.photographs[self.candidate])

    @cached_property
    def is_unrelated(self) -> Mask:
        """The candidate is of another product."""
        other = self.groups[self.entry] != self.groups[self.candidate]
        return np.asarray(~self.is_own & other)

    @cached_property
    def is_other_colour(self) -> Mask:
        """The candidate shows the same view of the product in another colour."""
        same_view = self.views[self.entry] == self.views[self.candidate]
        other = self.colours[self.entry] != self.colours[self.candidate]
        return np.asarray(~self.is_own & ~self.is_unrelated & same_view & other)

    @cached_property
    def is_other_view(self) -> Mask:
        """The candidate shows the product otherwise."""
        return ~self.is_own & ~self.is_unrelated & ~self.is_other_colour

    def feature(self, name: str) -> NDArray[np.float32]:
        """The values of one feature."""
        return self.features[:, self.feature_names.index(name)]

    @cached_property
    def domain(self) -> NDArray[np.str_]:
        """The domain of the query, of each sample."""
        return self.domains[self.entry]

    def best_by_query(self, scores: Floats, rows: Mask) -> dict[int, float]:
        """The best score of some rows of each query."""
        best = self.best_rows(scores, rows)
        return dict(zip(self.query[best].tolist(), scores[best].tolist(), strict=True))

    def best_rows(self, scores: Floats, rows: Mask) -> NDArray[np.int64]:
        """The row with the best score among some rows of each query."""
        chosen = np.flatnonzero(rows)
        best_last = chosen[np.lexsort((scores[chosen], self.query[chosen]))]
        is_last = np.append(np.diff(self.query[best_last]) != 0, True)[: len(best_last)]
        return np.asarray(best_last[is_last])
