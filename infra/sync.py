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
from infra.stream_mapping import stream_mapping


class Sync(Construct):
    """The stream's mapping and the schedule.

    Records that fail are retried as ``stream_mapping`` says. The function itself puts records that
    can never be applied into the bucket at once.
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
        stream_mapping(
            self,
            pictures,
            follower,
            failed_records.bucket_arn,
            parallelization_factor=4,
            metrics=["EventCount"],
        )
        events.Rule(
            self,
            "Schedule",
            description="Reconciles table and index.",
            schedule=events.Schedule.rate(Duration.minutes(environment.reconcile_minutes)),
            targets=[targets.LambdaFunction(reconciler, retry_attempts=0)],
        )
