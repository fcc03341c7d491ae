"""Bulk changes have an outcome each, and the index says which pictures it has."""

from __future__ import annotations

from lookalike.pictures import VectorEntry
from lookalike.storage.synced_index import (
    APPLIED,
    ChangeState,
    IndexChange,
    Removal,
    SyncedIndex,
)
from tests.builders import VERSION, a_fingerprint_id, a_vector_entry, some_hashes


def test_should_apply_twice_as_once(index: SyncedIndex) -> None:
    changes: list[IndexChange] = [
        a_vector_entry(1),
        a_vector_entry(2),
        Removal(a_fingerprint_id(3)),
    ]

    assert index.bulk(changes) == [APPLIED] * 3
    assert index.bulk(changes) == [APPLIED] * 3
    assert index.count() == 2


def test_should_apply_more_changes_than_one_request_takes(index: SyncedIndex) -> None:
    entries = [VectorEntry(f"{number:05d}", VERSION, some_hashes(1)) for number in range(1_203)]

    assert index.bulk(entries) == [APPLIED] * 1_203
    removals = [Removal(entry.fingerprint_id) for entry in entries[3:]]
    assert index.bulk(removals) == [APPLIED] * 1_200
    assert index.ids() == ["00000", "00001", "00002"]


def test_should_let_the_last_change_of_a_picture_count(index: SyncedIndex) -> None:
    first, second = a_vector_entry(1), a_vector_entry(2)

    outcomes = index.bulk(
        [first, Removal(second.fingerprint_id), Removal(first.fingerprint_id), second]
    )

    assert outcomes == [APPLIED] * 4
    assert index.ids() == [second.fingerprint_id]


def test_should_reject_malformed_entries_and_skip_those_of_another_version(
    index: SyncedIndex,
) -> None:
    wrong = VectorEntry("short", VERSION, {"deep": bytes(3)})

    outcomes = index.bulk([a_vector_entry(1, version="old"), wrong, a_vector_entry(2)])

    assert [outcome.state for outcome in outcomes] == [
        ChangeState.APPLIED,
        ChangeState.REJECTED,
        ChangeState.APPLIED,
    ]
    assert "deep must have 64 bytes" in outcomes[1].reason
    assert index.ids() == [a_fingerprint_id(2)]


def test_should_do_nothing_without_changes(index: SyncedIndex) -> None:
    assert index.bulk([]) == []


def test_should_list_ids_in_order_after_a_given_one(index: SyncedIndex) -> None:
    index.add([a_vector_entry(number) for number in range(10)])
    everything = sorted(map(a_fingerprint_id, range(10)))

    first = index.ids(limit=4)
    second = index.ids(after=first[-1], limit=4)

    assert first + second == everything[:8]
    assert index.ids(after=everything[-1]) == []


def test_should_list_ids_up_to_a_given_one(index: SyncedIndex) -> None:
    index.add([a_vector_entry(number) for number in range(10)])
    everything = sorted(map(a_fingerprint_id, range(10)))

    assert index.ids(until=everything[3]) == everything[:4]
    assert index.ids(after=everything[1], until=everything[3][:8]) == everything[2:3]
    assert index.ids(after=everything[1], limit=2, until=everything[8]) == everything[2:4]


def test_should_tell_which_pictures_are_present(index: SyncedIndex) -> None:
    index.add([a_vector_entry(1), a_vector_entry(2)])
    index.remove([a_fingerprint_id(2)])

    asked = list(map(a_fingerprint_id, range(4)))

    assert index.present(asked) == {a_fingerprint_id(1)}
    assert index.present([]) == set()
