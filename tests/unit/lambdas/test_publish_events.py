"""What the stream of events brings is on the bus, in the queue of dead letters, or comes again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambdas.publish_events import handler as publish_events
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.aws.event_publisher import Bus, EventPublisher, PublishOutcome
from lookalike.storage.dynamodb.events import event_item
from lookalike.storage.events import Event, EventType
from tests.unit.lambdas.calls import Context

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

DATA = {"import_id": "i1", "state": "done", "total": None}


class FakeBuses:
    """A client of EventBridge that answers as it is told.

    Attributes:
        codes: error codes by the id of an event.
        put: details of what is on the bus.
    """

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.put: list[dict[str, Any]] = []
        self.entries: list[Mapping[str, Any]] = []

    def put_events(self, Entries: list[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        answers = []
        for entry in Entries:
            detail = json.loads(entry["Detail"])
            code = self.codes.get(detail["id"])
            answers.append({"ErrorCode": code} if code else {"EventId": "1"})
            if code is None:
                self.put.append(detail)
                self.entries.append(entry)
        return {"Entries": answers}


@pytest.fixture
def buses() -> FakeBuses:
    return FakeBuses()


@pytest.fixture
def queues(aws: None) -> SQSClient:
    del aws
    return boto3.client("sqs")


@pytest.fixture
def dead_letters(queues: SQSClient) -> str:
    """The address of the queue."""
    return queues.create_queue(QueueName="dead")["QueueUrl"]


@pytest.fixture
def publish(
    buses: FakeBuses, queues: SQSClient, dead_letters: str
) -> Callable[[list[Any]], PublishOutcome]:
    return EventPublisher(Bus(buses, "bus", "lookalike.test"), queues, dead_letters).publish


def a_record(number: int) -> dict[str, Any]:
    event = Event(f"evt_{number}", EventType.IMPORT_FINISHED, "i1", 5.5, DATA, number)
    return {
        "eventName": "INSERT",
        "dynamodb": {"NewImage": event_item(event), "SequenceNumber": str(number)},
    }


def test_should_publish_what_the_service_lists(
    publish: Callable[[list[Any]], PublishOutcome], buses: FakeBuses
) -> None:
    expired = {"eventName": "REMOVE", "dynamodb": {"OldImage": {}, "SequenceNumber": "9"}}
    assert publish([a_record(1), expired]) == PublishOutcome(1, 0, None)
    assert buses.put == [
        {
            "id": "evt_1",
            "type": "import.finished",
            "timestamp": "1970-01-01T00:00:05.500000Z",
            "data": DATA,
        }
    ]
    [entry] = buses.entries
    assert (entry["EventBusName"], entry["Source"]) == ("bus", "lookalike.test")
    assert entry["DetailType"] == "import.finished"


def test_should_bring_again_what_the_bus_has_no_time_for(
    publish: Callable[[list[Any]], PublishOutcome], buses: FakeBuses
) -> None:
    buses.codes["evt_14"] = "ThrottlingException"
    records = [a_record(number) for number in range(1, 21)]
    assert publish(records) == PublishOutcome(10, 0, 10)
    buses.codes.clear()
    assert publish(records[10:]) == PublishOutcome(10, 0, None)
    assert {detail["id"] for detail in buses.put} == {f"evt_{n}" for n in range(1, 21)}


def test_should_keep_what_can_never_be_published(
    publish: Callable[[list[Any]], PublishOutcome],
    buses: FakeBuses,
    queues: SQSClient,
    dead_letters: str,
) -> None:
    """So that nothing waits behind it."""
    buses.codes["evt_2"] = "MalformedDetail"
    strange = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "5"}}
    assert publish([a_record(1), a_record(2), strange, a_record(3)]) == PublishOutcome(2, 2, None)
    messages = queues.receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=9)["Messages"]
    letters = [json.loads(message["Body"]) for message in messages]
    by_number = {each["record"]["dynamodb"]["SequenceNumber"]: each["reason"] for each in letters}
    assert by_number["2"] == "MalformedDetail"
    assert "no event" in by_number["5"]


def test_should_bring_again_what_no_queue_keeps(buses: FakeBuses, queues: SQSClient) -> None:
    publisher = EventPublisher(Bus(buses, "bus", "s"), queues, "http://127.0.0.1/none")
    assert publisher.publish([{"eventName": "INSERT"}]) == PublishOutcome(0, 0, 0)


@pytest.fixture
def handler(deployed: None, dead_letters: str, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """The function, with a bus."""
    del deployed
    boto3.client("events").create_event_bus(Name="bus")
    monkeypatch.setenv("LOOKALIKE_EVENT_BUS", "bus")
    monkeypatch.setenv("LOOKALIKE_EVENT_SOURCE", "lookalike.test")
    monkeypatch.setenv("LOOKALIKE_DEAD_EVENTS_QUEUE", dead_letters)
    return entry_point("publish_events", publish_events._build)


def test_should_answer_as_lambda_wants_it(handler: Handler) -> None:
    assert handler({"Records": [a_record(1)]}, Context()) == {"batchItemFailures": []}


def test_should_name_the_first_record_that_has_to_come_again(
    handler: Handler, queues: SQSClient, dead_letters: str
) -> None:
    queues.delete_queue(QueueUrl=dead_letters)
    strange = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "41"}}
    answer = handler({"Records": [strange]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "41"}]}
