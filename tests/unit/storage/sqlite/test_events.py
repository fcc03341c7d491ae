"""Events are kept with what they tell, in their order, for as long as they are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.local.event_sweep import EventSweep
from lookalike.storage.events import Event, EventType
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[EmbeddedStorage]:
    """A folder without events."""
    with closing(EmbeddedStorage(tmp_path, VERSION)) as made:
        yield made


def some(*times: float) -> list[Event]:
    return [Event.new(EventType.IMPORT_FINISHED, "1", {"total": 1}, time) for time in times]


def a_registration(entity_id: str, number: int, sku: str = "S") -> Registration:
    image = RegisteredImage(f"{entity_id}.jpg", a_fingerprint(number))
    return Registration(entity_id, sku, [image])


def test_should_tell_every_registration_that_changes_something(storage: EmbeddedStorage) -> None:
    register(storage, [a_registration("a", 1), a_registration("b", 1)], now=5)
    register(storage, [a_registration("a", 1), a_registration("b", 2)], now=6)
    register(storage, [a_registration("b", 2, sku="other")], now=7)
    told = [(event.subject, event.data["outcome"]) for event in storage.events.page(0, 9)]
    assert told == [("a", "created"), ("b", "created"), ("b", "replaced"), ("b", "replaced")]
    last = storage.events.page(0, 9)[-1]
    assert (last.created_at, last.number, last.type) == (7, 4, EventType.PICTURE_REGISTERED)
    assert last.data == {
        "entity_id": "b",
        "sku": "other",
        "images": [
            {"image_url": "b.jpg", "fingerprint_id": a_fingerprint(2).fingerprint_id},
        ],
        "outcome": "replaced",
    }


def test_should_keep_an_event_only_with_what_it_tells(storage: EmbeddedStorage) -> None:
    with suppress(RuntimeError), storage.transaction():
        register(storage, [a_registration("a", 1)], now=5)
        raise RuntimeError
    assert (storage.products.count(), storage.events.page(0, 9)) == (0, [])


def test_should_sweep_what_is_old_and_count_on(storage: EmbeddedStorage) -> None:
    storage.events.add(some(1.0, 2.0, 3.0))
    assert storage.events.sweep(2.5) == 2
    assert [event.number for event in storage.events.page(0, 9)] == [3]
    assert storage.events.sweep(9.0) == 1
    assert storage.events.sweep(9.0) == 0
    assert storage.events.last() == 3
    storage.events.add(some(9.5))
    assert [event.number for event in storage.events.page(0, 9)] == [4]


def test_should_sweep_at_the_start_of_a_service(storage: EmbeddedStorage) -> None:
    storage.events.add(some(1.0, 100.0))
    with closing(EventSweep(storage.events, kept=50, clock=lambda: 120.0)) as sweep:
        sweep.open()
    assert [event.created_at for event in storage.events.page(0, 9)] == [100.0]


def test_should_be_read_by_another_process(storage: EmbeddedStorage, tmp_path: Path) -> None:
    storage.events.add(some(1.0))
    with closing(EmbeddedStorage(tmp_path, VERSION, read_only=True)) as other:
        assert other.events.page(0, 9) == storage.events.page(0, 9)
        assert other.events.last() == 1
