"""Whatever is stopped, damaged or done at once: a reader finds every change."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from lookalike.errors import StorageUnavailableError
from lookalike.storage.small import loaded
from lookalike.storage.small.change_log import ChangeLog
from lookalike.storage.small.loaded import LoadedIndex
from lookalike.storage.small.snapshots import SnapshotDamagedError, Snapshots
from tests.builders import a_fingerprint_id, a_vector_entry
from tests.contract.storage.moto_dynamodb import a_client
from tests.small_index import BUCKET, MemoryChangeLog, SmallIndexParts


class DiedError(Exception):
    """The function ended here."""


def add(parts: SmallIndexParts, *numbers: int) -> None:
    parts.reader().add([a_vector_entry(number) for number in numbers])


def ids(*numbers: int) -> list[str]:
    return sorted(map(a_fingerprint_id, numbers))


def damage(key: str) -> None:
    a_client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"something else")


def test_should_read_the_same_from_a_snapshot_as_from_the_log(parts: SmallIndexParts) -> None:
    add(parts, *range(5))
    parts.reader().remove([a_fingerprint_id(2)])

    assert parts.compactor().run().changes == 2
    assert parts.compactor().run().changes == 0, "there is nothing new"
    add(parts, 9)

    reader = parts.reader()
    assert reader.ids() == ids(0, 1, 3, 4, 9)
    assert reader.count() == 5
    assert reader.present(ids(*range(10))) == set(ids(0, 1, 3, 4, 9))


def test_should_add_again_what_a_snapshot_has_and_the_log_has_removed(
    parts: SmallIndexParts,
) -> None:
    add(parts, 1, 2)
    parts.compactor().run()
    reader = parts.reader()
    reader.remove(ids(1))
    assert reader.ids() == ids(2)

    add(parts, 1)

    assert reader.ids() == ids(1, 2)
    parts.compactor().run()
    assert parts.reader().ids() == ids(1, 2)


def test_should_keep_two_snapshots_and_the_changes_since_the_earlier(
    parts: SmallIndexParts,
) -> None:
    late_reader = parts.reader()
    add(parts, 0)
    assert late_reader.count() == 1
    for number in range(1, 5):
        add(parts, number)
        parts.compactor(hours_later=2).run()

    state = parts.change_log.state()
    assert state.snapshot is not None
    assert state.previous is not None
    assert set(parts.keys()) == {state.snapshot.key, state.previous.key}
    assert (state.previous.seq, state.snapshot.seq) == (4, 5)
    assert len(parts.change_log.changes(4, 5)) == 1
    assert late_reader.ids() == ids(*range(5)), "it reads a snapshot where the log was trimmed"


@pytest.mark.parametrize(
    ("place", "step"),
    [
        (Snapshots, "write"),
        ("after", "write"),
        ("change_log", "publish"),
        ("change_log", "trim"),
        (Snapshots, "sweep"),
    ],
)
def test_should_lose_nothing_where_a_compaction_dies(
    parts: SmallIndexParts, place: object, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        add(parts, number)
        parts.compactor().run()
    add(parts, 3)
    parts.reader().remove(ids(0))

    with monkeypatch.context() as dying:
        _die_at(parts, place, step, dying)
        with pytest.raises(DiedError):
            parts.compactor().run()
        assert parts.reader().ids() == ids(1, 2, 3)
        add(parts, 4)

    assert parts.reader().ids() == ids(1, 2, 3, 4)
    parts.compactor(hours_later=2).run()
    assert parts.reader().ids() == ids(1, 2, 3, 4)
    assert len(parts.keys()) == 2, "what was left over is swept"


def _die_at(parts: SmallIndexParts, place: object, step: str, patches: pytest.MonkeyPatch) -> None:
    owner = type(parts.change_log) if place == "change_log" else Snapshots
    original: Callable[..., object] = getattr(owner, step)

    def die(*arguments: object, **named: object) -> None:
        if place == "after":
            original(*arguments, **named)
        raise DiedError

    patches.setattr(owner, step, die)


def test_should_lose_nothing_under_concurrent_writers_and_compactions(
    parts: SmallIndexParts,
) -> None:
    def write(writer: int) -> None:
        index = parts.reader()
        for number in range(writer * 10, writer * 10 + 6):
            index.add([a_vector_entry(number)])
            if number % 3 == 0:
                index.remove(ids(number))

    def compact(_: int) -> None:
        for _repeated in range(4):
            parts.compactor().run()

    with ThreadPoolExecutor(5) as workers:
        running = [*(workers.submit(write, n) for n in range(3))]
        running += [workers.submit(compact, n) for n in range(2)]
        for each in running:
            each.result()

    kept = [n for writer in range(3) for n in range(writer * 10, writer * 10 + 6) if n % 3]
    assert parts.reader().ids() == ids(*kept)
    parts.compactor().run()
    assert parts.reader().ids() == ids(*kept)


def test_should_let_one_of_two_compactions_win(parts: SmallIndexParts) -> None:
    add(parts, 1)
    slow = parts.reader()
    entries, state = slow.entries()
    add(parts, 2)
    parts.compactor().run()

    late = parts.snapshots.write(entries, state.head)

    assert not parts.change_log.publish(late, replaced=state.snapshot)
    assert parts.reader().ids() == ids(1, 2)


def test_should_use_the_snapshot_before_a_damaged_one(
    parts: SmallIndexParts, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        add(parts, number)
        parts.compactor().run()
    state = parts.change_log.state()
    assert state.snapshot is not None
    assert state.previous is not None

    damage(state.snapshot.key)

    assert parts.reader().ids() == ids(0, 1, 2)
    assert "is not what was written" in caplog.text
    add(parts, 3)
    parts.compactor().run()
    assert parts.reader().ids() == ids(0, 1, 2, 3)
    caplog.clear()
    parts.reader().count()
    assert not caplog.text, "the next snapshot is whole"


def test_should_refuse_to_answer_from_damaged_snapshots_alone(parts: SmallIndexParts) -> None:
    for number in range(2):
        add(parts, number)
        parts.compactor().run()
    for key in parts.keys():  # noqa: SIM118 - no dictionary
        damage(key)

    with pytest.raises(SnapshotDamagedError):
        parts.reader().count()


def test_should_follow_a_compaction_that_replaces_what_is_being_read(
    parts: SmallIndexParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(parts, 1)
    parts.compactor().run()
    read = Snapshots.read

    def read_late(snapshots: Snapshots, ref: object) -> object:
        monkeypatch.setattr(Snapshots, "read", read)
        for number in (2, 3):
            add(parts, number)
            parts.compactor(hours_later=2).run()
        return read(snapshots, ref)  # type: ignore[arg-type]

    monkeypatch.setattr(Snapshots, "read", read_late)

    assert parts.reader().ids() == ids(1, 2, 3)


def test_should_begin_anew_with_a_log_that_has_been_emptied(parts: SmallIndexParts) -> None:
    add(parts, 1)
    add(parts, 2)
    reader = parts.reader()
    assert reader.count() == 2

    vars(reader)["_log"] = emptied = MemoryChangeLog()
    emptied.append([a_vector_entry(3)])

    assert reader.ids() == ids(3)


def test_should_look_for_changes_no_more_often_than_asked(parts: SmallIndexParts) -> None:
    now = [0.0]
    reader = parts.reader(max_age=1.0, clock=lambda: now[0])
    add(parts, 1)
    assert reader.count() == 1

    add(parts, 2)
    now[0] = 0.9
    assert reader.count() == 1
    now[0] = 1.0
    assert reader.count() == 2


def test_should_pack_anew_after_many_changes(
    parts: SmallIndexParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaded, "MAX_UNPACKED", 1)
    reader = parts.reader()
    packed: list[int] = []
    monkeypatch.setattr(LoadedIndex, "packed", _noted(LoadedIndex.packed, packed))
    for number in range(9):
        reader.add([a_vector_entry(number)])
        reader.remove(ids(number - 2))
        assert reader.ids() == ids(*range(max(0, number - 1), number + 1))
    assert packed


def _noted(
    method: Callable[[LoadedIndex], object], calls: list[int]
) -> Callable[[LoadedIndex], object]:
    def noting(index: LoadedIndex) -> object:
        calls.append(index.seq)
        return method(index)

    return noting


def test_should_ask_to_retry_where_the_log_does_not_answer(
    parts: SmallIndexParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageUnavailableError("The tables are too busy; try again.")

    monkeypatch.setattr(type(parts.change_log), ChangeLog.append.__name__, refuse)

    [outcome] = parts.reader().bulk([a_vector_entry(1)])

    assert (outcome.state, outcome.reason) == ("retry", "The tables are too busy; try again.")
