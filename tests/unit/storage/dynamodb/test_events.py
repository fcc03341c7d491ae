"""Events get numbers that ascend with time, are listed once they are settled, and expire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from lookalike.storage.dynamodb import events as module
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.events import SETTLE_SECONDS, DynamodbEvents
from lookalike.storage.events import Event, EventType
from tests.contract.storage.moto_dynamodb import NAMES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0


class Times:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def events(client: DynamoDBClient, times: Times) -> DynamodbEvents:
    return DynamodbEvents(DynamodbDatabase(client, TABLE_RETRIES), NAMES.events, times)


def an_event(kind: EventType = EventType.PICTURE_REGISTERED) -> Event:
    return Event.new(kind, "subject", {}, 1.0)


def test_should_list_an_event_when_none_can_come_before_it(
    events: DynamodbEvents, times: Times
) -> None:
    events.add([an_event()])
    times.now += SETTLE_SECONDS - 0.1
    assert events.page(0, 9) == []
    times.now += 0.2
    assert len(events.page(0, 9)) == 1
    assert events.last() == events.sweep(times.now) == 0


def test_should_list_all_months_and_forget_what_has_expired(
    events: DynamodbEvents, times: Times
) -> None:
    """From January over the whole of February to March."""
    told = []
    for days in (-31, -29.6, -20, 0):
        times.now = NOON + days * DAY
        told.append(an_event())
        events.add(told[-1:])
    times.now = NOON + 60
    shown = events.page(0, 9)
    assert [event.event_id for event in shown] == [event.event_id for event in told[1:]]
    assert events.page(shown[-1].number, 9) == []
    [item] = events._database.items(
        "query",
        events._table,
        KeyConditionExpression="place = :place",
        ExpressionAttributeValues={":place": {"S": "2027-03 picture.registered"}},
    )
    assert int(item["expires_at"]["N"]) == NOON + module.KEPT_DAYS * DAY


def test_should_number_apart_what_is_written_at_one_moment(
    events: DynamodbEvents, client: DynamoDBClient, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes draw the same digits; neither event is lost."""
    monkeypatch.setattr(module, "randrange", lambda _: 7)
    other = DynamodbEvents(DynamodbDatabase(client, TABLE_RETRIES), NAMES.events, times)
    told = [an_event() for _ in range(5)]
    events.add(told[:2])
    other.add(told[2:4])
    with other._database.transaction():
        other.add([told[4]])
    times.now += 60
    shown = events.page(0, 9)
    assert {event.event_id for event in shown} == {event.event_id for event in told}
    assert len({event.number for event in shown}) == 5
    assert len(str(shown[0].number)) == 18, "as much as a cursor may have"


def test_should_write_an_event_once_whose_answer_was_lost(
    events: DynamodbEvents, times: Times
) -> None:
    [written] = [an_event()]
    events.add([written])
    times.now += 60
    [shown] = events.page(0, 9)
    item = module.event_item(shown)
    key = events._table.item_key(item)
    events._database.write([module.NewEvent(events._table, key, item)])
    assert [event.event_id for event in events.page(0, 9)] == [written.event_id]
