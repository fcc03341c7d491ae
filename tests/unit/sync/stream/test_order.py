"""However records are interleaved, repeated, cut into batches and redriven: index equals table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from hypothesis import given
from hypothesis import strategies as st

from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync.failed_records import FailedRecords
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.stream_batches import RecordApplier, StreamFollower
from tests.builders import VERSION, a_fingerprint_id, a_picture
from tests.unit.sync.stream.records import EventName, ScriptedIndex, a_record

PICTURES = 4
BUSY = ChangeOutcome(ChangeState.RETRY, "busy")

Record = dict[str, Any]
Write = tuple[int, bool]
"""Register the picture of that number, or sweep it."""
writes = st.lists(st.tuples(st.integers(0, PICTURES - 1), st.booleans()), max_size=12)


_busy = st.none() | st.integers(0, PICTURES - 1)


def _some_of(records: Sequence[Record]) -> st.SearchStrategy[list[Record]]:
    return st.lists(st.sampled_from(records)) if records else st.just([])


class _NoBucket(FailedRecords):
    """There is no poison in these histories."""

    def __init__(self) -> None:
        """Needs nothing."""

    def add(self, failed: object) -> NoReturn:
        raise AssertionError(failed)


class _World:
    """A table whose records are collected, and an index that gets them on delivery."""

    def __init__(self) -> None:
        self.table = MemoryStorage(VERSION)
        self.index = ScriptedIndex()
        sync = PictureSync(self.table.pictures, self.index)
        self.function = StreamFollower(RecordApplier(sync), _NoBucket())
        self.records: list[Record] = []
        self.now = 0

    def write(self, number: int, *, registers: bool) -> None:
        """IndexChange the table, which leads to a record where it changes anything."""
        self.now += 1
        picture = a_picture(number, last_seen=self.now)
        old = self.table.pictures.get_many([picture.fingerprint_id]).get(picture.fingerprint_id)
        if registers:
            self.table.pictures.put_many([picture])
            name: EventName = "MODIFY" if old else "INSERT"
            self._note(a_record(name, picture.fingerprint_id, self.now, old=old, new=picture))
        elif old:
            for other in range(PICTURES):
                if other != number:  # a sweep takes only what is old
                    self._touch(other)
            self.table.pictures.sweep(self.now + 1)
            self._note(a_record("REMOVE", picture.fingerprint_id, self.now, old=old))

    def _touch(self, number: int) -> None:
        key = a_fingerprint_id(number)
        if self.table.pictures.get_many([key]):
            self.table.pictures.put_many([a_picture(number, last_seen=self.now + 2)])

    def _note(self, record: Record) -> None:
        self.records.append(record)

    def deliver(self, records: Sequence[Record], busy: int | None = None) -> None:
        """As Lambda does: what was reported comes again, with all behind it, until it is done."""
        if busy is not None:
            self.index.outcomes[a_fingerprint_id(busy)] = BUSY
        outcome = self.function.handle_batch(records)
        self.index.outcomes.clear()
        if outcome.retry_from is not None:
            self.deliver(records[outcome.retry_from :])

    def assert_in_step(self) -> None:
        known = self.table.pictures.get_many(map(a_fingerprint_id, range(PICTURES)))
        assert self.index.entries.keys() == set(known)


@given(history=writes, chosen=st.data())
def test_should_end_in_step(history: list[Write], chosen: st.DataObject) -> None:
    """Old records come between, twice and in any order; each batch may find the index busy."""
    world = _World()
    delivered = 0
    for number, registers in history:
        world.write(number, registers=registers)
        if chosen.draw(st.booleans(), "deliver now"):
            world.deliver(world.records[delivered:], chosen.draw(_busy, "busy"))
            delivered = len(world.records)
            world.deliver(chosen.draw(_some_of(world.records), "redriven"))
    world.deliver(world.records[delivered:], chosen.draw(_busy, "busy"))
    world.deliver(chosen.draw(_some_of(world.records), "redriven at last"))
    world.assert_in_step()
