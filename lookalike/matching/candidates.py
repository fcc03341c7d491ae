"""Which stored pictures are worth a look: the nearest on the hashes, most promising first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lookalike.fingerprint.distances import distances
from lookalike.fingerprint.hash_algorithm import QueryFingerprint
from lookalike.fingerprint.layout import DEEP, PHASH
from lookalike.matching.contract import Evidence, Finding, Verdict
from lookalike.pictures import Picture
from lookalike.storage.interfaces import Neighbour

NEAREST = 50
"""Pictures asked for on each hash in a catalogue of up to ``FEW_UP_TO`` pictures."""
LOOKED_AT = 8
"""The most promising of them, which are verified."""
FEW_UP_TO = 3_000
NEAREST_A_DOUBLING = 10
LOOKED_AT_A_DOUBLING = 1.5
"""So many more for every doubling of the catalogue beyond that."""

UNSEEN = 0.0005
"""Probability of pictures that were not promising enough to be looked at."""

DEEP_BITS = 20.0
"""So many bits of the deep hash are worth one of log odds."""
NEAR_PHASH = 10
PHASH_WEIGHT = 0.65
"""Bits of the pHash below ``NEAR_PHASH`` are worth so much."""


def promise(phash_distance: int, deep_distance: int) -> float:
    """How likely a copy is by its hashes alone: log odds, but for a constant."""
    return PHASH_WEIGHT * max(0, NEAR_PHASH - phash_distance) - deep_distance / DEEP_BITS


def by_promise(found: Mapping[str, Sequence[Neighbour]]) -> list[str]:
    """The ids of all neighbours, most promising first.

    A picture that is near on one hash alone is taken to be as far on the other as the farthest
    neighbour there: it is no nearer.
    """
    near = {name: {n.fingerprint_id: n.distance for n in found[name]} for name in found}
    ids = sorted(set().union(*near.values()))
    phash, deep = (near.get(layout.name, {}) for layout in (PHASH, DEEP))
    far_phash, far_deep = (
        max(bits.values(), default=layout.bits) for layout, bits in ((PHASH, phash), (DEEP, deep))
    )
    promises = {i: promise(phash.get(i, far_phash), deep.get(i, far_deep)) for i in ids}
    return sorted(ids, key=lambda i: -promises[i])


def nearest_for(catalogue_size: int) -> int:
    """How many pictures to ask for on each hash."""
    return NEAREST + round(NEAREST_A_DOUBLING * _doublings(catalogue_size))


def looked_at_for(catalogue_size: int) -> int:
    """How many of them to verify."""
    return LOOKED_AT + round(LOOKED_AT_A_DOUBLING * _doublings(catalogue_size))


def unseen(query: QueryFingerprint, picture: Picture) -> Finding:
    """What is said of a picture that was not promising enough to be looked at."""
    found = distances(query, picture.fingerprint)
    evidence = Evidence(found.phash, found.deep_nearest)
    return Finding(picture.fingerprint_id, UNSEEN, Verdict.SIMILAR, evidence)


def _doublings(catalogue_size: int) -> float:
    return math.log2(max(1.0, catalogue_size / FEW_UP_TO))
