"""What becomes of each change on a server that is well."""

from __future__ import annotations

from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.opensearch.bulk import APPLIED, BulkState, Change, Removal
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import VERSION, a_fingerprint_id, a_vector_entry, some_hashes
from tests.contract.storage.brute_force import rows
from tests.opensearch import EXACT, MakeVectors


def test_should_apply_twice_as_once(vectors: OpenSearchVectors) -> None:
    changes: list[Change] = [a_vector_entry(1), a_vector_entry(2), Removal(a_fingerprint_id(3))]

    assert vectors.bulk(changes) == [APPLIED] * 3
    assert vectors.bulk(changes) == [APPLIED] * 3
    assert vectors.count() == 2


def test_should_apply_more_changes_than_one_request_takes(vectors: OpenSearchVectors) -> None:
    entries = [VectorEntry(f"{number:05d}", VERSION, some_hashes(1)) for number in range(1_203)]

    assert vectors.bulk(entries) == [APPLIED] * 1_203
    assert (
        vectors.bulk([Removal(entry.fingerprint_id) for entry in entries[3:]]) == [APPLIED] * 1_200
    )
    assert vectors.ids() == ["00000", "00001", "00002"]


def test_should_let_the_last_change_of_a_picture_count(vectors: OpenSearchVectors) -> None:
    first, second = a_vector_entry(1), a_vector_entry(2)

    outcomes = vectors.bulk(
        [first, Removal(second.fingerprint_id), Removal(first.fingerprint_id), second]
    )

    assert outcomes == [APPLIED] * 4
    assert vectors.ids() == [second.fingerprint_id]


def test_should_have_nothing_to_do_for_entries_of_another_version(
    vectors: OpenSearchVectors,
) -> None:
    wrong = VectorEntry("short", VERSION, {"deep": bytes(3)})

    outcomes = vectors.bulk([a_vector_entry(1, version="old"), wrong, a_vector_entry(2)])

    assert [outcome.state for outcome in outcomes] == [
        BulkState.APPLIED,
        BulkState.REJECTED,
        BulkState.APPLIED,
    ]
    assert "deep must have 64 bytes" in outcomes[1].reason
    assert vectors.ids() == [a_fingerprint_id(2)]


def test_should_do_nothing_where_nothing_changes(vectors: OpenSearchVectors) -> None:
    assert vectors.bulk([]) == []


def test_should_list_ids_in_order_from_where_one_stopped(vectors: OpenSearchVectors) -> None:
    vectors.add([a_vector_entry(number) for number in range(10)])
    everything = sorted(map(a_fingerprint_id, range(10)))

    first = vectors.ids(limit=4)
    second = vectors.ids(after=first[-1], limit=4)

    assert first + second == everything[:8]
    assert vectors.ids(after=everything[-1]) == []


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
