"""The store of events; storages in memory have none."""

from __future__ import annotations

from contextlib import suppress

import pytest

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.storage.events import Event, EventType
from lookalike.storage.interfaces import Storage
from tests.builders import a_fingerprint
from tests.contract.storage.conftest import Reopen

DUPLICATE, REGISTERED, FINISHED = EventType


@pytest.fixture(params=["embedded", "embedded, reopened", "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    """Kinds of storage that keep events."""
    return str(request.param)


def some(*kinds: EventType) -> list[Event]:
    return [
        Event.new(kind, f"subject {n}", {"n": n, "of": [None, {"ü": 0.25}]}, 5.125 + n)
        for n, kind in enumerate(kinds)
    ]


def ids(events: list[Event]) -> list[str]:
    return [event.event_id for event in events]


def test_should_give_back_what_was_told_in_its_order(storage: Storage, reopen: Reopen) -> None:
    told = some(FINISHED, REGISTERED, DUPLICATE, REGISTERED)
    storage.events.add(told[:2])
    storage.events.add(told[2:])
    shown = reopen(storage).events.page(0, 9)
    assert [(e.event_id, e.type, e.subject, e.created_at, e.data) for e in shown] == [
        (e.event_id, e.type, e.subject, e.created_at, e.data) for e in told
    ]
    numbers = [event.number for event in shown]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0


def test_should_show_pages_behind_a_number(storage: Storage) -> None:
    told = some(*[REGISTERED] * 5)
    storage.events.add(told)
    first = storage.events.page(0, 2)
    second = storage.events.page(first[-1].number, 2)
    third = storage.events.page(second[-1].number, 2)
    assert ids([*first, *second, *third]) == ids(told)
    assert storage.events.page(third[-1].number, 2) == []


def test_should_show_the_types_that_are_wanted(storage: Storage) -> None:
    told = some(DUPLICATE, REGISTERED, FINISHED, REGISTERED)
    storage.events.add(told)
    assert ids(storage.events.page(0, 9, [REGISTERED])) == ids([told[1], told[3]])
    assert ids(storage.events.page(0, 2, [FINISHED, DUPLICATE])) == ids([told[0], told[2]])


def test_should_keep_an_event_only_with_what_it_tells(storage: Storage) -> None:
    image = RegisteredImage("1.jpg", a_fingerprint(1))
    with suppress(RuntimeError), storage.transaction():
        register(storage, [Registration("a", "S", [image])], 5)
        raise RuntimeError
    assert storage.events.page(0, 9) == []
    register(storage, [Registration("a", "S", [image])], 6)
    register(storage, [Registration("a", "S", [image])], 7)
    [event] = storage.events.page(0, 9)
    assert (event.subject, event.data["outcome"]) == ("a", "created")


def test_should_take_no_events(storage: Storage) -> None:
    storage.events.add([])
    assert storage.events.page(0, 9) == []


def test_should_show_the_newest_first(storage: Storage) -> None:
    told = some(*[REGISTERED, FINISHED] * 2)
    storage.events.add(told)
    first = storage.events.newest(0, 3)
    assert ids(first) == ids(told[:0:-1])
    assert ids(storage.events.newest(first[-1].number, 3)) == ids(told[:1])
    assert ids(storage.events.newest(0, 9, [FINISHED])) == ids([told[3], told[1]])


def test_should_show_what_is_about_one_subject(storage: Storage) -> None:
    told = [*some(REGISTERED, FINISHED), *some(DUPLICATE, FINISHED)]
    storage.events.add(told)
    about = storage.events.page(0, 9, subject="subject 0")
    assert ids(about) == ids([told[0], told[2]])
    assert ids(storage.events.page(about[0].number, 9, subject="subject 0")) == ids([told[2]])
    assert ids(storage.events.newest(0, 1, subject="subject 1")) == ids([told[3]])
    assert ids(storage.events.page(0, 9, [DUPLICATE], "subject 0")) == ids([told[2]])
    assert storage.events.page(0, 9, subject="another") == []
