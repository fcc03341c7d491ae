"""What keeps the index in step with the table: the stream, and a comparison by schedule."""

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
"""LATEST would miss what is written while the mapping is being made."""
MAX_RECORD_AGE = Duration.hours(6)
"""Records that are older leave the stream for the bucket. That rides out an index that is away, and
is well below the 24 hours that a stream remembers."""


class Sync(Construct):
    """The stream's mapping and the schedule.

    A batch that fails is tried again from its first failed record, then halved until the record
    that fails stands alone; that one is given up in time, and put whole into the bucket. Nothing
    else waits longer than that: records that can never be applied are put there by the function
    itself, at once.
    """

    def __init__(  # noqa: PLR0913 - the two ends and what lies between
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
        # Not EventSourceMapping with S3OnFailureDestination: that would let the function read
        # and delete what lies in the bucket, and read the streams of all tables.
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
            description="Compares table and index, and repairs what differs.",
            schedule=events.Schedule.rate(Duration.minutes(environment.reconcile_minutes)),
            targets=[targets.LambdaFunction(reconciler, retry_attempts=0)],
        )
