"""Brings events from the table to the bus."""

from __future__ import annotations

import json

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stream_mapping import stream_mapping

_MAX_RECORD_AGE = Duration.hours(12)
"""Then the queue of dead letters says which records it were; their events stay in the table."""
_NEW_EVENTS = json.dumps({"eventName": ["INSERT"]})
"""And not those that have expired."""


class EventPublishing(Construct):
    """The mapping of the events' stream. What fails is retried as ``stream_mapping`` says."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        table: dynamodb.ITable,
        publisher: lambda_.IFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        stream_mapping(
            self,
            table,
            publisher,
            dead_letters.queue_arn,
            max_record_age=_MAX_RECORD_AGE,
            patterns=[_NEW_EVENTS],
        )
