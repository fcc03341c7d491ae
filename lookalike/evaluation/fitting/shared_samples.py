"""Samples of pairs that share much: a banner, a backdrop, a template, or all but a word of a label.

For each such pair there are two that share the same thing and show one photograph: the same
catalogue picture under a hard edit, and saved anew. So the classifier learns that what is shared
says nothing. What is asked of another product is saved anew, too: else a copy that was only
re-encoded would differ from its original as another print does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import HARD_NEGATIVES, apply
from lookalike.evaluation.edits.draws import one_of
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.fitting.edited_queries import HARD_EDITS
from lookalike.evaluation.fitting.sample import SIBLINGS, Sample
from lookalike.evaluation.fitting.siblings import SiblingPair
from lookalike.evaluation.fitting.worker import load, photo, verified_as, worker
from lookalike.evaluation.parallel import results
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.images.preparation import prepare
from lookalike.pictures import Picture
from lookalike.verification.query import QueryPicture

SEED = 12
PRODUCT_PAIRS_FACTOR = 6
"""How many times as often pairs of two products in one photograph are drawn as others: they are
hardest to tell from overlays."""
SAVED_ANEW = ("unchanged", "unchanged", "random_quality", "random_rendition")
"""Edits that change nothing but the file: as shops store pictures, and as they ask about them."""
SIBLINGS_FACTOR = 30
"""How many siblings of each domain are taken, at most, for each pair of a kind that is made."""
QUERIES_PER_PAIR = 3


class Pair(NamedTuple):
    """Two entries of different products of one domain, and what they share or will share.

    Attributes:
        number: of the first of the ``QUERIES_PER_PAIR`` queries.
        stored: number of the entry that is stored.
        other: number of the entry that is asked about.
        kind: of ``HARD_NEGATIVES``, or ``SIBLINGS``.
        edit: under which the stored picture is asked about.
        saved: three edits of ``SAVED_ANEW``: of what is stored, of what is asked about the other
            entry, and of a copy of what is stored.
        seed: of all random choices.
        nearest: bits between the deep hashes of what is stored and of the nearest other picture;
            all of them where that is not known, as of made pairs.
    """

    number: int
    stored: int
    other: int
    kind: str
    edit: str
    saved: tuple[str, ...]
    seed: int
    nearest: int


def pairs(
    entries: Sequence[Entry],
    siblings: Sequence[SiblingPair],
    first_number: int,
    of_each_kind: int,
) -> list[Pair]:
    """Draw pairs of every kind in every domain at random, and add the siblings.

    Args:
        entries: to draw from.
        siblings: among them.
        first_number: of their queries.
        of_each_kind: number of pairs that are made in each domain; of two products in one
            photograph, ``PRODUCT_PAIRS_FACTOR`` times as many.
    """
    rng = np.random.default_rng(SEED)
    made = ((*each, DeepHash.layout.bits) for each in _made(entries, of_each_kind, rng))
    drawn = [*made, *((SIBLINGS, *each) for each in siblings)]
    return [
        Pair(
            number=first_number + QUERIES_PER_PAIR * place,
            stored=stored,
            other=other,
            kind=kind,
            edit=str(rng.choice(HARD_EDITS)),
            saved=tuple(one_of(rng, SAVED_ANEW) for _ in range(QUERIES_PER_PAIR)),
            seed=int(rng.integers(2**31)),
            nearest=nearest,
        )
        for place, (kind, stored, other, nearest) in enumerate(drawn)
    ]


def _made(
    entries: Sequence[Entry], of_each_kind: int, rng: np.random.Generator
) -> Iterator[tuple[str, int, int]]:
    """Kinds of pairs that are made of two entries, and the numbers of these."""
    for domain in sorted({entry.domain for entry in entries}):
        pool = [number for number, entry in enumerate(entries) if entry.domain == domain]
        for kind in HARD_NEGATIVES if len(pool) > 1 else ():
            times = PRODUCT_PAIRS_FACTOR if kind in PRODUCT_PAIRS else 1
            for _ in range(times * of_each_kind):
                stored, other = (int(n) for n in rng.choice(pool, 2, replace=False))
                if entries[stored].group != entries[other].group:
                    yield kind, stored, other


def shared_samples(
    entries: Sequence[Entry], drawn: Sequence[Pair], workers: int
) -> Iterator[list[Sample]]:
    """Compute the samples of each of these pairs: of two products, and of one, edited twice."""
    paths = [(entries[pair.stored].path, entries[pair.other].path, pair) for pair in drawn]
    return results(_samples, paths, workers, "Samples of pairs", load)


def _samples(drawn: tuple[Path, Path, Pair]) -> list[Sample]:
    stored_path, other_path, pair = drawn
    first, second = (photo(path) for path in (stored_path, other_path))
    known, query = _shared(pair, first, second)
    stored_as, asked_as, copied_as = pair.saved
    file = prepare(apply(stored_as, known, pair.seed))
    stored = Picture(worker().fingerprinter.fingerprint(file), last_seen=0)
    queries = (
        (pair.other, pair.kind, apply(asked_as, query, pair.seed + 1)),
        (pair.stored, pair.edit, apply(pair.edit, known, pair.seed)),
        (pair.stored, copied_as, apply(copied_as, known, pair.seed + 2)),
    )
    samples = []
    for number, (entry, edit, data) in enumerate(queries, pair.number):
        view = _query_picture(data)
        if stored.fingerprint.is_featureless or view.fingerprint.fingerprint.is_featureless:
            continue
        samples.append(
            Sample(
                number,
                entry,
                pair.stored,
                edit,
                recoloured=False,
                features=verified_as(view, stored)[0],
                nearest=pair.nearest if entry == pair.stored else DeepHash.layout.bits,
            )
        )
    return samples


def _shared(pair: Pair, stored: Image.Image, other: Image.Image) -> tuple[Image.Image, Image.Image]:
    """What is stored and what is asked: siblings as they are, others with the shared thing."""
    if pair.kind == SIBLINGS:
        return stored, other
    return HARD_NEGATIVES[pair.kind](stored, other, np.random.default_rng(pair.seed))


def _query_picture(data: bytes) -> QueryPicture:
    picture, state = prepare(data), worker()
    return QueryPicture(picture, state.fingerprinter.query(picture), state.network)
