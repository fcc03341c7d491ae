"""Brings events from the table to the bus."""

from __future__ import annotations

import json

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_STARTING = "TRIM_HORIZON"
_MAX_RECORD_AGE = Duration.hours(12)
"""Then the queue of dead letters says which records it were; their events stay in the table."""
_NEW_EVENTS = json.dumps({"eventName": ["INSERT"]})
"""And not those that have expired."""


class EventPublishing(Construct):
    """The mapping of the events' stream. What fails is retried as in ``Sync``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        table: dynamodb.ITable,
        publisher: lambda_.IFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        mapping = lambda_.CfnEventSourceMapping
        mapping(
            self,
            "Stream",
            event_source_arn=table.table_stream_arn,
            function_name=publisher.function_arn,
            starting_position=_STARTING,
            batch_size=100,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=-1,
            maximum_record_age_in_seconds=int(_MAX_RECORD_AGE.to_seconds()),
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=mapping.FilterCriteriaProperty(
                filters=[mapping.FilterProperty(pattern=_NEW_EVENTS)]
            ),
            destination_config=mapping.DestinationConfigProperty(
                on_failure=mapping.OnFailureProperty(destination=dead_letters.queue_arn)
            ),
        )
