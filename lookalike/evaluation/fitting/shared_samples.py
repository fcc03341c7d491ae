"""Samples of pairs that share much: a banner, a backdrop, a template, or all but a word of a label.

For each such pair there are two that share the same thing and show one photograph: the same
catalogue picture under a hard edit, and saved anew. So the classifier learns that what is shared
says nothing. What is asked of another product is saved anew, too: else a copy that was only
re-encoded would differ from its original as another print does.

Further pairs are listings: each of their pictures bears an overlay of its own seller, and it is the
rest that tells whether they show one photograph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import HARD_NEGATIVES, LISTINGS, apply
from lookalike.evaluation.edits.draws import one_of
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.fitting.dataset import photograph
from lookalike.evaluation.fitting.edited_queries import HARD_EDITS
from lookalike.evaluation.fitting.sample import SIBLINGS, Sample
from lookalike.evaluation.fitting.siblings import SiblingPair
from lookalike.evaluation.fitting.worker import load, photo, verified_as, worker
from lookalike.evaluation.parallel import results
from lookalike.evaluation.questions.seeding import digest_number
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.images.preparation import prepare
from lookalike.pictures import Picture
from lookalike.verification.query import QueryPicture

SEED = 12
LISTINGS_SEED = 14
PRODUCT_PAIRS_FACTOR = 6
"""How many times as often pairs of two products in one photograph are drawn as others: they are
hardest to tell from overlays."""
SAVED_ANEW = ("unchanged", "unchanged", "random_quality", "random_rendition")
"""Edits that change nothing but the file: as shops store pictures, and as they ask about them."""
SIBLINGS_FACTOR = 30
"""How many siblings of each domain are taken, at most, for each pair of a kind that is made."""
QUERIES_PER_PAIR = 3
LISTINGS_FACTOR = 3
"""How many times as often listings of two products in one photograph are drawn as other pairs."""
EDITS_OF_LISTINGS = (
    *SAVED_ANEW,
    *("crop5", "crop10", "flip", "pad_square", "random_light", "random_geometry", "cover_4_5"),
)
"""Mild edits, since a part of what is stored and of what is asked about is covered already."""


class _Plan(NamedTuple):
    """What some pairs are drawn from.

    Attributes:
        seed: of the draws.
        times: how many pairs are made of each kind in each domain.
        edits: under which stored pictures are asked about.
        listings: what is laid over both pictures, one of these.
    """

    seed: int
    times: Mapping[str, int]
    edits: Sequence[str]
    listings: Sequence[str]


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
        seed: of all random choices; see ``seed_of``.
        nearest: bits between the deep hashes of what is stored and of the nearest other picture;
            all of them where that is not known, as of made pairs.
        listing: of ``LISTINGS``; empty if nothing is laid over the pictures.
    """

    number: int
    stored: int
    other: int
    kind: str
    edit: str
    saved: tuple[str, ...]
    seed: int
    nearest: int
    listing: str = ""

    def seed_of(self, choice: str) -> int:
        """The seed of one of its random choices, which follows from no other one."""
        return digest_number(self.seed, choice)


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
            photograph, ``PRODUCT_PAIRS_FACTOR`` times as many, and listings of them
            ``LISTINGS_FACTOR`` times.
    """
    times = dict.fromkeys(HARD_NEGATIVES, of_each_kind)
    times |= dict.fromkeys(PRODUCT_PAIRS, PRODUCT_PAIRS_FACTOR * of_each_kind)
    listed = dict.fromkeys(PRODUCT_PAIRS, LISTINGS_FACTOR * of_each_kind)
    plans = (
        _Plan(SEED, times, HARD_EDITS, ("",)),
        _Plan(LISTINGS_SEED, listed, EDITS_OF_LISTINGS, tuple(LISTINGS)),
    )
    found: list[Pair] = []
    for plan in plans:
        first = first_number + QUERIES_PER_PAIR * len(found)
        found += _planned(entries, siblings, first, plan)
    return found


def _planned(
    entries: Sequence[Entry], siblings: Sequence[SiblingPair], first_number: int, plan: _Plan
) -> list[Pair]:
    rng = np.random.default_rng(plan.seed)
    made = ((*each, DeepHash.layout.bits) for each in _made(entries, plan.times, rng))
    drawn = [*made, *((SIBLINGS, *each) for each in siblings)]
    return [
        Pair(
            number=first_number + QUERIES_PER_PAIR * place,
            stored=stored,
            other=other,
            kind=kind,
            edit=str(rng.choice(plan.edits)),
            saved=tuple(one_of(rng, SAVED_ANEW) for _ in range(QUERIES_PER_PAIR)),
            seed=int(rng.integers(2**31)),
            nearest=nearest,
            listing=plan.listings[place % len(plan.listings)],
        )
        for place, (kind, stored, other, nearest) in enumerate(drawn)
    ]


def _made(
    entries: Sequence[Entry], times: Mapping[str, int], rng: np.random.Generator
) -> Iterator[tuple[str, int, int]]:
    """Kinds of pairs that are made of two entries, and the numbers of these."""
    for domain in sorted({entry.domain for entry in entries}):
        pool = [number for number, entry in enumerate(entries) if entry.domain == domain]
        for kind in times if len(pool) > 1 else ():
            for _ in range(times[kind]):
                stored, other = (int(n) for n in rng.choice(pool, 2, replace=False))
                if not _show_one_thing(entries[stored], entries[other]):
                    yield kind, stored, other


def _show_one_thing(one: Entry, other: Entry) -> bool:
    """Return whether two entries are of one product, or were made of one photograph."""
    return one.group == other.group or photograph(one) == photograph(other)


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
    catalogue, copy = _listed(pair, known, known)
    file = prepare(apply(stored_as, catalogue, pair.seed_of("stored")))
    stored = Picture(worker().fingerprinter.fingerprint(file), last_seen=0)
    asked = _listed(pair, known, query)[1]
    queries = (
        (pair.other, pair.kind, apply(asked_as, asked, pair.seed_of("asked"))),
        (pair.stored, pair.listing or pair.edit, apply(pair.edit, copy, pair.seed_of("edit"))),
        (pair.stored, pair.listing or copied_as, apply(copied_as, copy, pair.seed_of("copy"))),
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
    return HARD_NEGATIVES[pair.kind](stored, other, np.random.default_rng(pair.seed_of("shared")))


def _listed(pair: Pair, stored: Image.Image, asked: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Both with what their sellers lay over them, which is the same for each query of the pair."""
    if not pair.listing:
        return stored, asked
    return LISTINGS[pair.listing](stored, asked, np.random.default_rng(pair.seed_of("listing")))


def _query_picture(data: bytes) -> QueryPicture:
    picture, state = prepare(data), worker()
    return QueryPicture(picture, state.fingerprinter.query(picture), state.network)
