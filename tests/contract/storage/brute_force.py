"""What nearest pictures truly are, and sets of pictures that make finding them hard."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from lookalike.fingerprint.layout import LAYOUTS, HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from tests.builders import (
    VERSION,
    a_fingerprint_id,
    some_hashes,
    with_flipped_bits,
)


def rows(*hashes: bytes) -> HashRows:
    return np.stack([np.frombuffer(value, np.uint8) for value in hashes])


def true_distances(
    entries: Sequence[VectorEntry], algorithm: str, queries: HashRows
) -> dict[str, int]:
    """Of every picture that has a hash of this algorithm, one bit at a time."""
    asked = [int.from_bytes(query.tobytes()) for query in queries]
    distances: dict[str, int] = {}
    for entry in entries:
        stored = [
            int.from_bytes(entry.hashes[field])
            for field in LAYOUTS[algorithm].fields
            if field in entry.hashes
        ]
        if stored and asked:
            distances[entry.fingerprint_id] = min(
                (a ^ b).bit_count() for a in stored for b in asked
            )
    return distances


def assert_nearest(
    answer: Mapping[str, list[Neighbour]],
    entries: Sequence[VectorEntry],
    queries: Mapping[str, HashRows],
    limit: int,
) -> None:
    """The answer is right; at its far end it may have any of the pictures that tie."""
    assert set(answer) == set(queries)
    for algorithm, asked in queries.items():
        truth = true_distances(entries, algorithm, asked)
        found = answer[algorithm]
        assert [n.distance for n in found] == sorted(truth.values())[:limit]
        assert all(truth[n.fingerprint_id] == n.distance for n in found)
        assert len({n.fingerprint_id for n in found}) == len(found)
        assert found == sorted(found, key=lambda n: (n.distance, n.fingerprint_id))


def clustered_entries(source: random.Random, number: int) -> list[VectorEntry]:
    """Few distinct hashes with little noise, so that ties and double finds abound."""
    bases = [some_hashes(source.randrange(10**9), trimmed=True) for _ in range(3)]
    entries = []
    for _ in range(number):
        hashes = {
            field: with_flipped_bits(
                source.choice(bases)[field], source.choice([0, 0, 1, 2]), source.randrange(50)
            )
            for field in bases[0]
            if field in {"phash", "deep"} or source.random() < 0.5
        }
        entries.append(VectorEntry(a_fingerprint_id(source.randrange(10**9)), VERSION, hashes))
    return entries


def noisy_queries(source: random.Random, entries: Sequence[VectorEntry]) -> dict[str, HashRows]:
    queries = {}
    for name, layout in LAYOUTS.items():
        stored = [
            entry.hashes[field]
            for entry in entries
            for field in layout.fields
            if field in entry.hashes
        ]
        forms = [
            with_flipped_bits(source.choice(stored), source.randrange(4), source.randrange(50))
            for _ in range(source.randint(1, 16))
        ]
        queries[name] = rows(*forms)
    return queries
