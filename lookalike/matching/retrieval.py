"""Retrieval: how many stored pictures a check asks for and verifies, and in which order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from lookalike.fingerprint.distances import distances
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.registry import HASHES
from lookalike.matching.effort import Effort
from lookalike.matching.finding import LEAST_PROBABILITY, Evidence, Finding, Verdict
from lookalike.pictures import Picture
from lookalike.storage.interfaces import Neighbour

MAX_SMALL_CATALOGUE = 3_000
"""Pictures up to which a catalogue is asked for ``NEAREST``, of which ``VERIFIED`` are verified."""
NEAREST = 50
"""Pictures asked for on each hash."""
VERIFIED = 8
"""Candidates that are verified."""
BEFORE_PHASH = 2
"""Candidates of the highest retrieval scores that come before the nearest on the pHash."""
NEAREST_ON_PHASH = 3
"""Pictures nearest on the pHash that take turns with those of the highest retrieval scores."""
FAST_VERIFIED = 3
"""Candidates that are verified where the caller asks for the fastest answer."""
NEAREST_OF_VIEWS = 20
"""Pictures asked for on the deep hashes of all views of a query together."""
NEAREST_PER_DOUBLING = 10
VERIFIED_PER_DOUBLING = 1.5
"""Number of further pictures for every doubling of the catalogue beyond ``MAX_SMALL_CATALOGUE``."""

UNVERIFIED_PROBABILITY = LEAST_PROBABILITY / 10
"""Probability of pictures whose retrieval score was too low to be verified."""


def in_verification_order(
    neighbours: Mapping[str, Sequence[Neighbour]],
    hashes: Iterable[HashAlgorithm] = HASHES,
    own: str = "",
) -> list[str]:
    """Order the neighbours on all hashes by how likely they are copies, most likely first.

    A picture that is not among the neighbours on one hash counts as being as far away on it as the
    farthest neighbour there: it is no nearer. The nearest on the pHash come early whatever their
    scores are: stripes, or another picture that shines through, change the deep hash alone. Places
    are given before it is known of which pictures a caller wants a product.

    Args:
        neighbours: of the query, by hash algorithm.
        hashes: the algorithms whose distances count for scores.
        own: fingerprint id of a stored query, which is left out.

    Returns:
        Fingerprint ids, each once; those of equal scores in order.
    """
    ids = sorted({near.fingerprint_id for found in neighbours.values() for near in found} - {own})
    scores = [_scores(ids, neighbours.get(h.layout.name, ()), h) for h in hashes]
    total = {name: math.fsum(parts) for name, *parts in zip(ids, *scores, strict=True)}
    by_score = sorted(ids, key=lambda name: -total[name])
    places = {name: place for place, name in enumerate(by_score)}
    on_phash = sorted(
        (near for near in neighbours.get(PHash.layout.name, ()) if near.fingerprint_id != own),
        key=lambda near: (near.distance, places[near.fingerprint_id]),
    )
    first, later = by_score[:BEFORE_PHASH], by_score[BEFORE_PHASH:]
    nearest = [near.fingerprint_id for near in on_phash[:NEAREST_ON_PHASH]]
    taking_turns = chain.from_iterable(zip(nearest, later, strict=False))
    return list(dict.fromkeys([*first, *taking_turns, *nearest, *later]))


def nearest_for(catalogue_size: int) -> int:
    """Number of pictures to ask for on each hash."""
    return NEAREST + round(NEAREST_PER_DOUBLING * _doublings(catalogue_size))


def verified_for(catalogue_size: int, effort: Effort = Effort.NORMAL) -> int:
    """Number of retrieved pictures to verify."""
    if effort is Effort.FAST:
        return FAST_VERIFIED
    return VERIFIED + round(VERIFIED_PER_DOUBLING * _doublings(catalogue_size))


def unverified(query: QueryFingerprint, picture: Picture) -> Finding:
    """The finding of a picture whose retrieval score was too low to be verified."""
    found = distances(query, picture.fingerprint)
    evidence = Evidence(found.phash, found.deep_nearest)
    return Finding(picture.fingerprint_id, UNVERIFIED_PROBABILITY, Verdict.SIMILAR, evidence)


def _scores(
    ids: Iterable[str], neighbours: Sequence[Neighbour], algorithm: HashAlgorithm
) -> list[float]:
    """Compute what one hash adds to the retrieval score of each picture."""
    near = {neighbour.fingerprint_id: neighbour.distance for neighbour in neighbours}
    farthest = max(near.values(), default=algorithm.layout.bits)
    return [algorithm.retrieval_score(near.get(name, farthest)) for name in ids]


def _doublings(catalogue_size: int) -> float:
    return math.log2(max(1.0, catalogue_size / MAX_SMALL_CATALOGUE))
