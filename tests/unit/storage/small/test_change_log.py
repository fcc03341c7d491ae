"""A log has one order for everybody, without gaps, whoever writes to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lookalike.pictures import VectorEntry
from lookalike.storage.small.change_log import ChangesTrimmedError, LogState
from lookalike.storage.small.snapshots import SnapshotRef
from lookalike.storage.synced_index import IndexChange, Removal
from tests.builders import VERSION, a_vector_entry, some_hashes
from tests.small_index import SmallIndexParts


def a_snapshot(seq: int) -> SnapshotRef:
    return SnapshotRef(f"{VERSION}/{seq}.npz", "00", 1, 1, seq)


def test_should_give_back_what_was_appended_in_order(parts: SmallIndexParts) -> None:
    log = parts.change_log
    trimmed = VectorEntry("trimmed", VERSION, some_hashes(1, trimmed=True))
    batches: list[list[IndexChange]] = [[a_vector_entry(1), Removal("a")], [trimmed]]

    assert log.state() == LogState()
    for batch in batches:
        log.append(batch)

    assert log.state() == LogState(head=2)
    assert log.changes(0, 2) == [*batches[0], *batches[1]]
    assert log.changes(1, 2) == batches[1]
    assert log.changes(2, 2) == []


def test_should_have_no_gaps_where_many_append_at_once(parts: SmallIndexParts) -> None:
    def append(writer: int) -> None:
        for number in range(3):
            parts.change_log.append([Removal(f"{writer} {number}")])

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(append, range(4)))

    appended = [change.fingerprint_id for change in parts.change_log.changes(0, 12)]
    assert parts.change_log.state().head == 12
    assert sorted(appended) == [f"{writer} {number}" for writer in range(4) for number in range(3)]
    for writer in range(4):
        own = [name for name in appended if name.startswith(str(writer))]
        assert own == sorted(own), "what one writer appends stays in its order"


def test_should_say_that_changes_are_gone(parts: SmallIndexParts) -> None:
    log = parts.change_log
    for number in range(30):
        log.append([Removal(str(number))])

    log.trim(27)
    log.trim(27)

    assert [change.fingerprint_id for change in log.changes(27, 30)] == ["27", "28", "29"]
    assert log.state().head == 30
    for after, upto in ((26, 30), (0, 27), (30, 31)):
        with pytest.raises(ChangesTrimmedError):
            log.changes(after, upto)


def test_should_publish_a_snapshot_only_in_the_place_of_the_one_that_serves(
    parts: SmallIndexParts,
) -> None:
    log = parts.change_log
    log.append([Removal("a")])

    assert log.publish(a_snapshot(1), replaced=None)
    assert not log.publish(a_snapshot(2), replaced=None)
    assert log.publish(a_snapshot(3), replaced=a_snapshot(1))
    assert not log.publish(a_snapshot(4), replaced=a_snapshot(1))

    assert log.state() == LogState(1, a_snapshot(3), previous=a_snapshot(1))
    log.append([Removal("b")])
    assert log.state() == LogState(2, a_snapshot(3), previous=a_snapshot(1))
