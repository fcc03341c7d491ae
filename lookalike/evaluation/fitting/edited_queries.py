"""Queries for fitting: pictures as they are, edited and recoloured, drawn at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import CHAINS, EDITS, RANDOM, RECOLOURINGS
from lookalike.evaluation.edits.single import UNCHANGED
from lookalike.evaluation.questions.seeding import digest_number

NO_COPIES = (UNCHANGED, "random_channels")
"""Not drawn among the edits: exchanged channels look like another colour of the product."""
QUERIES_PER_PICTURE = 7
"""Queries under edits drawn at random, beside the picture as it is and two recolourings."""
HARD_EDITS = (
    *("crop25", "crop_area30", "crop_area40", "random_crop", "perspective15", "rotate15"),
    *("background_white", "logo15", "banner_bottom15", "watermark_big", "background_replaced"),
    *("random_chain", "random_chain", "random_geometry", "random_overlay", "random_light"),
    *("dark50", "grey", "contrast150", "contrast50", "warm", "vintage", "bright150"),
    *("bright150", "random_light", "background_replaced", "random_long_chain"),
    *("logo5", "logo5", "logo15", "random_overlay", "random_overlay", "random_stickers"),
    *("random_shape", "random_writing", "crop10_logo"),
    *("flip", "flip", "flip_vertical", "turn90", "turn180", "turn270", "flip_rotate3_crop7"),
    *("random_geometry", "random_stripes", "random_stripes", "random_skew", "perspective15"),
    *("random_half", "random_half", "random_half"),
    *("random_face", "random_face", "random_face", "random_writing", "random_meme"),
    *("random_holes", "random_holes", "random_haze", "random_specks", "random_curve"),
)
"""One query in three is of these."""
COLOUR_EDITS = (
    *("regions_all",) * 6,
    *("random_filter", "random_filter", "random_filter", "random_veil", "random_veil"),
    *("random_haze", "random_curve", "random_curve", "random_flare", "random_vignette"),
    *("random_light", "random_strong_light", "random_strong_light", "random_posterised"),
    *("saturation150", "saturation150", "bright150", "gamma07", "gamma14", "contrast150"),
    *("vintage", "background_replaced"),
    *("random_half",) * 3,
    *("random_overlay", "random_overlay", "random_face", "random_shape", "random_stickers"),
    *("random_chain", "random_chain", "random_chain", "random_long_chain"),
    *("screenshot_app", "screenshot_app", "screenshot_story", "screenshot_story"),
)
"""Edits that are hardest to tell from dyes: light, changes of a part and chains with them, and the
shades and buttons that apps lay over pictures; and dyes of several regions, which hardly look like
one photograph. Drawn among all edits, each comes too seldom, so further queries are of these alone.
"""
COLOUR_QUERIES_PER_PICTURE = 8
COLOUR_SHARE = 0.55
"""At most so many of them in each catalogue, for each of the other queries that it may have."""
RECOLOURINGS_OF_ALL = tuple(edit for edit in RECOLOURINGS if edit != "regions_all")
"""Two of each picture are drawn. Several regions are dyed in further queries alone."""
SECOND_EDITS = ("crop10", "random_crop", "pad_white10", "random_frame", "random_quality")
"""Edits that follow the second recolouring."""
SECOND_EDITS_OR_NONE = (*SECOND_EDITS, *("",) * len(SECOND_EDITS))
"""What follows edits of colours: nothing after half of them."""
RENDITIONS = 0.4
"""Share of the queries whose picture is reduced first, as shops store their pictures."""
SEED = 11
COLOUR_SEED = 13


class EditedQuery(NamedTuple):
    """A picture under an edit, and perhaps under a second one.

    Attributes:
        entry: number of the catalogue entry.
        edit: name of the edit.
        seed: of all random choices; see ``seed_of``.
        second_edit: name of the second edit; empty without one.
        is_rendition: the picture is reduced before it is edited.
        is_about_colours: the query is one of ``colour_queries``.
    """

    entry: int
    edit: str
    seed: int
    second_edit: str = ""
    is_rendition: bool = False
    is_about_colours: bool = False

    def seed_of(self, choice: str) -> int:
        """The seed of one of its random choices, which follows from no other one."""
        return digest_number(self.seed, choice)


def edited_queries(entries: Sequence[Entry], at_most: int) -> list[EditedQuery]:
    """The queries of all entries in a random order, at most so many of each catalogue."""
    rng = np.random.default_rng(SEED)
    all_edits = [edit for edit in (*EDITS, *CHAINS, *RANDOM) if edit not in NO_COPIES]
    queries = []
    for number in range(len(entries)):
        is_hard = rng.random(QUERIES_PER_PICTURE) < 1 / 3
        drawn = [str(rng.choice(HARD_EDITS if hard else all_edits)) for hard in is_hard]
        edits = [(edit, "") for edit in (UNCHANGED, *drawn)]
        edits += [
            (str(rng.choice(RECOLOURINGS_OF_ALL)), second)
            for second in ("", str(rng.choice(SECOND_EDITS)))
        ]
        queries += [
            EditedQuery(
                number, edit, int(rng.integers(2**31)), second, bool(rng.random() < RENDITIONS)
            )
            for edit, second in edits
        ]
    return _mixed(queries, entries, at_most, rng)


def colour_queries(entries: Sequence[Entry], at_most: int) -> list[EditedQuery]:
    """Further queries, under ``COLOUR_EDITS`` alone, in a random order.

    Args:
        entries: of all catalogues.
        at_most: queries of each catalogue.
    """
    rng = np.random.default_rng(COLOUR_SEED)
    queries = [
        EditedQuery(
            number,
            str(rng.choice(COLOUR_EDITS)),
            int(rng.integers(2**31)),
            str(rng.choice(SECOND_EDITS_OR_NONE)),
            bool(rng.random() < RENDITIONS),
            is_about_colours=True,
        )
        for number in range(len(entries))
        for _ in range(COLOUR_QUERIES_PER_PICTURE)
    ]
    return _mixed(queries, entries, at_most, rng)


def _mixed(
    queries: Sequence[EditedQuery],
    entries: Sequence[Entry],
    at_most: int,
    rng: np.random.Generator,
) -> list[EditedQuery]:
    """Queries in a random order, the first ones of each domain."""
    taken: Counter[str] = Counter()
    kept = []
    for place in rng.permutation(len(queries)):
        query = queries[place]
        domain = entries[query.entry].domain
        if taken[domain] < at_most:
            taken[domain] += 1
            kept.append(query)
    return kept
