"""Searches on a healthy server find what they should, with graphs and without."""

from __future__ import annotations

from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import VERSION, a_fingerprint_id, a_vector_entry, some_hashes
from tests.contract.storage.brute_force import rows
from tests.opensearch import EXACT, MakeVectors


def test_should_find_copies_among_many_pictures_with_one_hash(vectors: OpenSearchVectors) -> None:
    """Equal vectors would cut a graph to pieces, and most other pictures out of it."""
    clump = some_hashes(0)
    entries = [
        VectorEntry(f"{number:05d}", VERSION, clump if number % 2 else some_hashes(number))
        for number in range(3_000)
    ]
    vectors.add(entries)

    for entry in entries[::200]:
        found = vectors.nearest({name: rows(entry.hashes[name]) for name in ("phash", "deep")}, 1)
        expected = [Neighbour(entry.fingerprint_id, 0)]
        assert found == {"phash": expected, "deep": expected}


def test_should_search_exactly_without_a_graph(make_vectors: MakeVectors) -> None:
    vectors = make_vectors(EXACT)
    vectors.add([a_vector_entry(1), a_vector_entry(2)])

    found = vectors.nearest({"deep": rows(some_hashes(2)["deep"])}, 1)

    assert found == {"deep": [Neighbour(a_fingerprint_id(2), 0)]}
