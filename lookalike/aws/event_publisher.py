"""Publishes the events of the table's stream on a bus of EventBridge, at least once each."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lookalike.api.events.models import EventAnswer
from lookalike.storage.dynamodb.events import event_from
from lookalike.storage.events import Event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger("lookalike.events")

MAX_ENTRIES = 10
"""Events of one request.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html"""
_LATER = frozenset({"InternalException", "InternalFailure", "ThrottlingException"})
"""Errors of single events after which they may be published."""
_PASSED_OVER = frozenset({"MODIFY", "REMOVE"})
"""Records that tell of no new event: one has expired, say."""


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """The result of a batch.

    Attributes:
        published: events that are on the bus.
        rejected: records that are in the queue of dead letters.
        retry_from: position of the first record that has to come again; ``None``: none.
    """

    published: int
    rejected: int
    retry_from: int | None


@dataclass(frozen=True, slots=True)
class Bus:
    """Where events are published.

    Attributes:
        client: client of EventBridge.
        name: of the bus.
        source: what events name as their source.
    """

    client: Any
    name: str
    source: str

    def entry(self, event: Event) -> dict[str, Any]:
        """An event as EventBridge takes it; its detail is what ``GET /events`` shows."""
        return {
            "EventBusName": self.name,
            "Source": self.source,
            "DetailType": event.type.value,
            "Detail": EventAnswer.of(event).model_dump_json(),
            "Time": datetime.fromtimestamp(event.created_at, UTC),
        }

    def put(self, events: Sequence[Event]) -> list[str | None]:
        """Publish up to ``MAX_ENTRIES`` events; the error code of each that is not published.

        Raises:
            BotoCoreError, ClientError: none is.
        """
        answer = self.client.put_events(Entries=[self.entry(event) for event in events])
        return [each.get("ErrorCode") for each in answer["Entries"]]


class EventPublisher:
    """Publishes batches of the stream.

    Args:
        bus: where to.
        queues: client of SQS.
        dead_letters: address of the queue of records that can never be published.
    """

    def __init__(self, bus: Bus, queues: SQSClient, dead_letters: str) -> None:
        self._bus = bus
        self._queues = queues
        self._dead_letters = dead_letters

    def publish(self, records: Sequence[Mapping[str, Any]]) -> PublishOutcome:
        """Publish a batch. What has to come again comes with all records behind it.

        So an event may be on the bus twice, with the same id.
        """
        published = rejected = 0
        for begin in range(0, len(records), MAX_ENTRIES):
            part = records[begin : begin + MAX_ENTRIES]
            events, flaws = _read(part)
            try:
                flaws |= self._put(events)
                self._reject(part, flaws)
            except (BotoCoreError, ClientError) as error:
                log.warning("events are retried: %s", error)
                return PublishOutcome(published, rejected, begin)
            published += len(events) - len(flaws.keys() & events.keys())
            rejected += len(flaws)
        return PublishOutcome(published, rejected, None)

    def _put(self, events: Mapping[int, Event]) -> dict[int, str]:
        """Publish events by their positions; why some of them never can be.

        Raises:
            BotoCoreError, ClientError: some have to come again.
        """
        if not events:
            return {}
        codes = zip(events, self._bus.put(list(events.values())), strict=True)
        failed = {position: code for position, code in codes if code is not None}
        if later := _LATER & set(failed.values()):
            raise ClientError({"Error": {"Code": min(later)}}, "PutEvents")
        return failed

    def _reject(self, records: Sequence[Mapping[str, Any]], flaws: Mapping[int, str]) -> None:
        for position, reason in flaws.items():
            letter = {"reason": reason, "record": records[position]}
            self._queues.send_message(
                QueueUrl=self._dead_letters, MessageBody=json.dumps(letter, default=str)
            )
            log.error("a record cannot be published and is kept: %s", reason)


def _read(records: Sequence[Mapping[str, Any]]) -> tuple[dict[int, Event], dict[int, str]]:
    """The new events by position, and why a record is none."""
    events, flaws = dict[int, Event](), dict[int, str]()
    for position, record in enumerate(records):
        if record.get("eventName") in _PASSED_OVER:
            continue
        try:
            events[position] = event_from(record["dynamodb"]["NewImage"])
        except (LookupError, TypeError, ValueError) as error:
            flaws[position] = f"It is no event ({type(error).__name__}: {error})."
    return events, flaws
