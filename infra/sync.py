"""Keeps the index in step with the table, by the stream and by scheduled reconciliations."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.environments import Environment

_STARTING = "TRIM_HORIZON"
"""LATEST would miss changes that are written while the mapping is created."""
MAX_RECORD_AGE = Duration.hours(6)
"""Older records leave the stream for the bucket. That outlasts a failure of the index, and is well
below the 24 hours that a stream keeps records."""


class Sync(Construct):
    """The stream's mapping and the schedule.

    A failed batch is retried from its first failed record, then halved until the failing record is
    alone; that record expires after ``MAX_RECORD_AGE`` and is put into the bucket. No other record
    waits longer: the function itself puts records that can never be applied there at once.
    """

    def __init__(  # noqa: PLR0913 - both ends, and what is between them
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        pictures: dynamodb.ITable,
        failed_records: s3.IBucket,
        *,
        follower: lambda_.IFunction,
        reconciler: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        # EventSourceMapping with S3OnFailureDestination would let the function read and delete
        # objects of the bucket, and read the streams of all tables.
        mapping = lambda_.CfnEventSourceMapping
        mapping(
            self,
            "Stream",
            event_source_arn=pictures.table_stream_arn,
            function_name=follower.function_arn,
            starting_position=_STARTING,
            batch_size=100,
            maximum_batching_window_in_seconds=1,
            parallelization_factor=4,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=-1,
            maximum_record_age_in_seconds=int(MAX_RECORD_AGE.to_seconds()),
            function_response_types=["ReportBatchItemFailures"],
            destination_config=mapping.DestinationConfigProperty(
                on_failure=mapping.OnFailureProperty(destination=failed_records.bucket_arn)
            ),
            metrics_config=mapping.MetricsConfigProperty(metrics=["EventCount"]),
        )
        events.Rule(
            self,
            "Schedule",
            description="Reconciles table and index.",
            schedule=events.Schedule.rate(Duration.minutes(environment.reconcile_minutes)),
            targets=[targets.LambdaFunction(reconciler, retry_attempts=0)],
        )
