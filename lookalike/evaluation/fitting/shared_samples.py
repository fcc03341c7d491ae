"""Samples of pairs that share a banner, a backdrop or a template, and nothing else.

For each such pair there is one that shares the same thing and shows one photograph: the same
catalogue picture, edited. So the classifier learns that what is shared says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import HARD_NEGATIVES, apply, encode
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.fitting.edited_queries import HARD_EDITS
from lookalike.evaluation.fitting.sample import Sample
from lookalike.evaluation.fitting.worker import features_of, load, photo, worker
from lookalike.evaluation.parallel import results
from lookalike.images.preparation import prepare
from lookalike.pictures import Picture
from lookalike.verification.query import QueryPicture

SEED = 12
PRODUCT_PAIRS_FACTOR = 3
"""How many times as often pairs of two products in one photograph are drawn as others: they are
hardest to tell from overlays."""


class Pair(NamedTuple):
    """Two entries of different products of one domain, and the kind of thing they will share."""

    number: int
    stored: int
    other: int
    kind: str
    edit: str
    seed: int


def pairs(entries: Sequence[Entry], first_number: int, of_each_kind: int) -> list[Pair]:
    """Draw pairs of every kind in every domain at random.

    Args:
        entries: to draw from.
        first_number: of their queries: each pair has two.
        of_each_kind: number of pairs in each domain; of two products in one photograph,
            ``PRODUCT_PAIRS_FACTOR`` times as many.
    """
    rng = np.random.default_rng(SEED)
    drawn: list[Pair] = []
    for domain in sorted({entry.domain for entry in entries}):
        pool = [number for number, entry in enumerate(entries) if entry.domain == domain]
        for kind in HARD_NEGATIVES if len(pool) > 1 else ():
            times = PRODUCT_PAIRS_FACTOR if kind in PRODUCT_PAIRS else 1
            for _ in range(times * of_each_kind):
                stored, other = (int(n) for n in rng.choice(pool, 2, replace=False))
                if entries[stored].group != entries[other].group:
                    number = first_number + 2 * len(drawn)
                    edit = str(rng.choice(HARD_EDITS))
                    drawn.append(Pair(number, stored, other, kind, edit, int(rng.integers(2**31))))
    return drawn


def shared_samples(
    entries: Sequence[Entry], drawn: Sequence[Pair], workers: int
) -> Iterator[list[Sample]]:
    """Compute the samples of each of these pairs: of two products, and of one."""
    paths = [(entries[pair.stored].path, entries[pair.other].path, pair) for pair in drawn]
    return results(_samples, paths, workers, "Samples of shared things", load)


def _samples(drawn: tuple[Path, Path, Pair]) -> list[Sample]:
    stored_path, other_path, pair = drawn
    first, second = (photo(path) for path in (stored_path, other_path))
    known, query = HARD_NEGATIVES[pair.kind](first, second, np.random.default_rng(pair.seed))
    stored = Picture(worker().fingerprinter.fingerprint(prepare(encode(known))), last_seen=0)
    queries = (
        (pair.other, pair.kind, encode(query)),
        (pair.stored, pair.edit, apply(pair.edit, known, pair.seed)),
    )
    samples = []
    for number, (entry, edit, data) in enumerate(queries, pair.number):
        view = _query_picture(data)
        if stored.fingerprint.is_featureless or view.fingerprint.fingerprint.is_featureless:
            continue
        features = features_of(view, stored)
        samples.append(
            Sample(number, entry, pair.stored, edit, recoloured=False, features=features)
        )
    return samples


def _query_picture(data: bytes) -> QueryPicture:
    picture, state = prepare(data), worker()
    return QueryPicture(picture, state.fingerprinter.query(picture), state.network)
