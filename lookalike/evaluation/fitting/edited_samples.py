"""Samples of edited copies, and of the unrelated pictures that look most like them.

Each query is verified against its own picture, others of its product, and the pictures of other
products that are verified first, as in a check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import (
    RANDOM,
    RECOLOURINGS,
    apply,
    noticeably_recoloured,
    visibly_recoloured,
)
from lookalike.evaluation.fitting.edited_queries import EditedQuery
from lookalike.evaluation.fitting.sample import Sample
from lookalike.evaluation.fitting.worker import (
    WorkerState,
    load_entries,
    photo,
    verified_as,
    worker,
)
from lookalike.evaluation.parallel import results
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import prepare
from lookalike.matching.retrieval import NEAREST, in_verification_order
from lookalike.matching.siblings import MOST_HELD_AGAINST
from lookalike.pictures import Fingerprint, Picture
from lookalike.verification.query import QueryPicture
from lookalike.verification.telling import OnQuery, lacking

RENDITION = "random_rendition"
"""The edit by which pictures are reduced first."""
UNRELATED_PER_QUERY = 6
"""Pictures of other products that each query is verified against."""
MAX_RELATED_PER_QUERY = 3
"""Pictures of its own product, beside its own."""


def edited_samples(
    entries: Sequence[Entry],
    fingerprints: Sequence[Fingerprint],
    queries: Sequence[tuple[int, EditedQuery]],
    workers: int,
) -> Iterator[list[Sample]]:
    """Compute the samples of each of these numbered queries.

    Args:
        entries: of all catalogues.
        fingerprints: of their pictures, in the same order.
        queries: about these entries, each with its number.
        workers: number of processes.
    """
    return results(_samples, queries, workers, "Samples", load_entries, entries, fingerprints)


def _samples(numbered: tuple[int, EditedQuery]) -> list[Sample]:
    number, drawn = numbered
    state = worker()
    original = photo(state.entries[drawn.entry].path)
    if drawn.is_rendition:
        original = RANDOM[RENDITION](original, np.random.default_rng(drawn.seed_of("rendition")))
    # Screens are the only composites that are drawn, and show no second picture.
    picture = prepare(apply(drawn.edit, original, drawn.seed_of("edit"), other=original))
    recoloured = _is_recoloured(drawn.edit, original, picture.whole)
    if drawn.second_edit:
        picture = prepare(apply(drawn.second_edit, picture.whole, drawn.seed_of("second_edit")))
    query = state.fingerprinter.query(picture)
    if query.fingerprint.is_featureless:
        return []
    view = QueryPicture(picture, query, state.network)
    candidates = _candidates(state, drawn.entry, query)
    verified = [(candidate, *verified_as(view, stored)) for candidate, stored in candidates]
    lying = {candidate: placed for candidate, _, placed in verified if placed}
    return [
        Sample(
            number,
            drawn.entry,
            candidate,
            drawn.edit,
            recoloured,
            features,
            state.nearest_other(candidate, drawn.entry),
            drawn.is_about_colours,
            _lacking(state, candidate, drawn.entry, lying),
        )
        for candidate, features, _ in verified
    ]


def _lacking(state: WorkerState, number: int, asked: int, lying: Mapping[int, OnQuery]) -> float:
    """How much the query lacks of what tells an entry from its sibling, as of ``Rivals``.

    Args:
        state: of this process.
        number: of the entry.
        asked: number of the entry that is asked about. Its product is no sibling of others, as if
            it were left out.
        lying: the candidates that lie on the query, by their numbers.
    """
    if number not in lying:
        return 0.0
    product = {asked, *state.related(asked)}
    left_out = {*state.of_photograph(number), *(() if number in product else product)}
    others = (placed for other, placed in lying.items() if other not in left_out)
    nearest = sorted(others, key=lambda placed: -placed.agreement)[:MOST_HELD_AGAINST]
    measured = (lacking(lying[number], other) for other in nearest)
    return next((found for found in measured if found is not None), 0.0)


def _is_recoloured(edit: str, before: Image.Image, after: Image.Image) -> bool:
    """Return whether a person sees other colours; those of one region may be nearly the same."""
    sees = noticeably_recoloured if edit.startswith("region") else visibly_recoloured
    return edit in RECOLOURINGS and sees(before, after)


def _candidates(
    state: WorkerState, own: int, query: QueryFingerprint
) -> Iterator[tuple[int, Picture]]:
    """The query's own picture, some of the same product, and the nearest of other products."""
    yield own, state.pictures[own]
    for number in state.related(own)[:MAX_RELATED_PER_QUERY]:
        yield number, state.pictures[number]
    related = {own, *state.related(own)}
    unrelated = 0
    for name in in_verification_order(state.storage.vectors.nearest(query.rows, NEAREST)):
        if related.isdisjoint(state.numbers[name]):
            number = state.numbers[name][0]
            yield number, state.pictures[number]
            unrelated += 1
        if unrelated == UNRELATED_PER_QUERY:
            return
