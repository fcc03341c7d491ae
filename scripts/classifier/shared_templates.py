"""Evidence of pairs that share a banner, a backdrop or a template, and nothing else.

Against each such pair stands one that shares it and shows one photograph: the same catalogue
picture, edited. So the judge learns not what is shared, but that it says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import HARD_NEGATIVES, apply, encode
from lookalike.evaluation.parallel import results
from lookalike.images.preparation import prepare
from lookalike.pictures import Picture
from lookalike.verification.query import QueryPicture
from scripts.classifier.samples import OFTEN, Row, load, photo, process, terms_of

PAIRS_OF_EACH_KIND = 130
SEED = 12


class Pair(NamedTuple):
    """Two entries of different products of one domain, and what they are made to share."""

    number: int
    stored: int
    other: int
    kind: str
    edit: str
    seed: int


def pairs(entries: Sequence[Entry], first_number: int) -> list[Pair]:
    """Pairs of every kind in every domain, drawn at random.

    Args:
        entries: to draw from.
        first_number: of their queries: each pair makes two.
    """
    rng = np.random.default_rng(SEED)
    drawn: list[Pair] = []
    for domain in sorted({entry.domain for entry in entries}):
        pool = [number for number, entry in enumerate(entries) if entry.domain == domain]
        for kind in HARD_NEGATIVES:
            for _ in range(PAIRS_OF_EACH_KIND):
                stored, other = (int(n) for n in rng.choice(pool, 2, replace=False))
                if entries[stored].group != entries[other].group:
                    number = first_number + 2 * len(drawn)
                    edit = str(rng.choice(OFTEN))
                    drawn.append(Pair(number, stored, other, kind, edit, int(rng.integers(2**31))))
    return drawn


def gather_shared(entries: Sequence[Entry], first_number: int, workers: int) -> list[Row]:
    """The evidence of all pairs: of two products, and of one."""
    drawn = [
        (entries[p.stored].path, entries[p.other].path, p) for p in pairs(entries, first_number)
    ]
    found = results(_evidence, drawn, workers, "shared things", load)
    return [row for rows in found for row in rows]


def _evidence(drawn: tuple[Path, Path, Pair]) -> list[Row]:
    stored_path, other_path, pair = drawn
    first, second = (photo(path) for path in (stored_path, other_path))
    known, query = HARD_NEGATIVES[pair.kind](first, second, np.random.default_rng(pair.seed))
    stored = Picture(process().fingerprinter.fingerprint(prepare(encode(known))), last_seen=0)
    rows = []
    for offset, (entry, data) in enumerate(
        ((pair.other, encode(query)), (pair.stored, apply(pair.edit, known, pair.seed)))
    ):
        picture = prepare(data)
        asked = process().fingerprinter.query(picture)
        if stored.fingerprint.is_featureless or asked.fingerprint.is_featureless:
            continue
        view = QueryPicture(picture, asked, process().network)
        number, edit = pair.number + offset, (pair.kind, pair.edit)[offset]
        terms = terms_of(view, stored)
        rows.append(Row(number, entry, pair.stored, edit, recoloured=False, terms=terms))
    return rows
