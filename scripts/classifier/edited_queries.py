"""Queries for fitting: every picture as it is, edited and recoloured, drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import CHAINS, EDITS, RANDOM, RECOLOURINGS

UNCHANGED = "unchanged"
QUERIES_PER_PICTURE = 7
"""Queries under edits drawn at random, beside the picture as it is and two recolourings."""
HARD_EDITS = (
    *("crop25", "crop_area30", "crop_area40", "random_crop", "perspective15", "rotate15"),
    *("background_white", "logo15", "banner_bottom15", "watermark_big", "background_replaced"),
    *("random_chain", "random_chain", "random_geometry", "random_overlay", "random_light"),
    *("dark50", "grey", "contrast150", "contrast50", "warm", "vintage", "bright150"),
    *("bright150", "random_light", "background_replaced"),
)
"""One query in three is of these."""
SECOND_EDITS = ("crop10", "random_crop", "pad_white10", "random_frame", "random_quality")
"""Edits that follow the second recolouring."""
SEED = 11


class EditedQuery(NamedTuple):
    """A picture under an edit, and perhaps under a second one.

    Attributes:
        entry: number of the catalogue entry.
        edit: name of the edit.
        seed: of both edits.
        second_edit: name of the second edit; empty without one.
    """

    entry: int
    edit: str
    seed: int
    second_edit: str = ""


def edited_queries(entries: Sequence[Entry]) -> list[EditedQuery]:
    """The queries of all entries, in a random order."""
    rng = np.random.default_rng(SEED)
    all_edits = [edit for edit in (*EDITS, *CHAINS, *RANDOM) if edit != UNCHANGED]
    queries = []
    for number in range(len(entries)):
        is_hard = rng.random(QUERIES_PER_PICTURE) < 1 / 3
        drawn = [str(rng.choice(HARD_EDITS if hard else all_edits)) for hard in is_hard]
        edits = [(edit, "") for edit in (UNCHANGED, *drawn)]
        edits += [
            (str(rng.choice(list(RECOLOURINGS))), second)
            for second in ("", str(rng.choice(SECOND_EDITS)))
        ]
        queries += [
            EditedQuery(number, edit, int(rng.integers(2**31)), second) for edit, second in edits
        ]
    return [queries[place] for place in rng.permutation(len(queries))]
