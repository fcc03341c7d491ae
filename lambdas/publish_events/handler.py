"""The Lambda on the stream of the events table."""

from __future__ import annotations

import boto3
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.event_publisher import Bus, EventPublisher
from lookalike.aws.settings import PublishSettings, read_settings
from lookalike.sync.stream_records import sequence_number


def _build(_metrics: Metrics) -> Handler:
    settings = read_settings(PublishSettings)
    bus = Bus(boto3.client("events"), settings.event_bus, settings.event_source)
    publisher = EventPublisher(bus, boto3.client("sqs"), settings.dead_events_queue)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        records = event["Records"]
        outcome = publisher.publish(records)
        if outcome.retry_from is None:
            return {"batchItemFailures": []}
        first = sequence_number(records[outcome.retry_from])
        return {"batchItemFailures": [{"itemIdentifier": first}]}

    return handle


handler = entry_point("publish_events", _build)
