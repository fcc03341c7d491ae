"""The metrics of the deployment, for alarms and the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.buckets import REQUEST_METRICS
from infra.environments import Environment
from infra.machine_names import machine_arn
from infra.search_access import search_name
from lookalike.aws.service_check import FOUND_AFTER

Metric = cloudwatch.Metric
FIVE_MINUTES = Duration.minutes(5)


@dataclass(frozen=True, slots=True)
class Watched:
    """The resources whose metrics are watched.

    Attributes:
        environment: the environment.
        stage: stage of the API.
        functions: functions by name.
        tables: tables by name.
        failed_records: the bucket of stream records that could not be applied.
        dead_events: the queue of events that could not be published or delivered.
        access_log: the log of all requests.
        compactor: the function that compacts a small index, where there is one.
    """

    environment: Environment
    stage: apigateway.Stage
    functions: Mapping[str, lambda_.Function]
    tables: Mapping[str, dynamodb.Table]
    failed_records: s3.Bucket
    dead_events: sqs.Queue
    access_log: logs.LogGroup
    compactor: lambda_.Function | None = None

    @property
    def has_domain(self) -> bool:
        """True if there is a domain with machines to watch."""
        return self.environment.has_domain


def domain_metric(
    scope: Construct, watched: Watched, name: str, statistic: str = "Maximum"
) -> Metric:
    """One metric of the OpenSearch domain."""
    return Metric(
        namespace="AWS/ES",
        metric_name=name,
        dimensions_map={
            "DomainName": search_name(watched.environment),
            "ClientId": Stack.of(scope).account,
        },
        statistic=statistic,
        period=FIVE_MINUTES,
    )


def namespace(environment: Environment) -> str:
    """The namespace of our own metrics, different for each environment of an account."""
    return f"Lookalike/{environment.name}"


def own_metric(watched: Watched, function: str, name: str, statistic: str = "Sum") -> Metric:
    """A metric that a function publishes itself."""
    return Metric(
        namespace=namespace(watched.environment),
        metric_name=name,
        dimensions_map={"service": function},
        statistic=statistic,
        period=FIVE_MINUTES,
    )


def error_share(watched: Watched) -> Metric:
    """Share of requests answered 5xx, 0 to 1."""
    return watched.stage.metric_server_error(statistic="Average", period=FIVE_MINUTES)


def latency(watched: Watched, statistic: str) -> Metric:
    """Milliseconds from a request to its answer."""
    return watched.stage.metric_latency(statistic=statistic, period=FIVE_MINUTES)


def stream_age(watched: Watched) -> Metric:
    """Age in milliseconds of the oldest change that has not reached the index."""
    return watched.functions["index_pictures"].metric(
        "IteratorAge", statistic="Maximum", period=FIVE_MINUTES
    )


def undelivered_records(watched: Watched, follower: str) -> Metric:
    """The number of times that Lambda could not keep expired records of a function's stream."""
    return watched.functions[follower].metric(
        "DestinationDeliveryFailures", statistic="Sum", period=FIVE_MINUTES
    )


def failed_record_arrivals(watched: Watched) -> Metric:
    """Objects put into the bucket of failed records, by functions or by Lambda."""
    return _bucket_metric(
        watched, "PutRequests", {"FilterId": REQUEST_METRICS}, "Sum", FIVE_MINUTES
    )


def failed_record_count(watched: Watched) -> Metric:
    """Number of objects in the bucket of failed records; counted once a day."""
    return _bucket_metric(
        watched,
        "NumberOfObjects",
        {"StorageType": "AllStorageTypes"},
        "Average",
        Duration.days(1),
    )


def dead_event_count(watched: Watched) -> Metric:
    """Number of messages in the queue of events that could not be published or delivered."""
    return watched.dead_events.metric_approximate_number_of_messages_visible(
        statistic="Maximum", period=FIVE_MINUTES
    )


def table_throttles(
    table: dynamodb.Table, kind: Literal["Read", "Write"], index: str | None = None
) -> Metric:
    """Reads or writes that a table, or an index of it, throttled."""
    of_index = {} if index is None else {"GlobalSecondaryIndexName": index}
    return Metric(
        namespace="AWS/DynamoDB",
        metric_name=f"{kind}ThrottleEvents",
        dimensions_map={"TableName": table.table_name, **of_index},
        statistic="Sum",
        period=FIVE_MINUTES,
    )


def _bucket_metric(
    watched: Watched, name: str, dimensions: Mapping[str, str], statistic: str, period: Duration
) -> Metric:
    return Metric(
        namespace="AWS/S3",
        metric_name=name,
        dimensions_map={"BucketName": watched.failed_records.bucket_name, **dimensions},
        statistic=statistic,
        period=period,
    )


def failed_executions(scope: Construct, watched: Watched, work: str) -> Metric:
    """The number of executions of the state machine of some work that have failed."""
    return Metric(
        namespace="AWS/States",
        metric_name="ExecutionsFailed",
        dimensions_map={"StateMachineArn": machine_arn(Stack.of(scope), watched.environment, work)},
        statistic="Sum",
        period=FIVE_MINUTES,
    )


def drift(watched: Watched) -> Metric:
    """Pictures by which table and index differed when a reconciliation ended."""
    return own_metric(watched, "reconcile_index", "Drift", "Maximum")


def looks_drift(watched: Watched) -> Metric:
    """Products by which table and index by looks differed when a reconciliation ended."""
    return own_metric(watched, "reconcile_index", "LooksDrift", "Maximum")


def found_copies(watched: Watched) -> Metric:
    """Number of times that the service was checked, and worked."""
    period = Duration.minutes(watched.environment.service_check_minutes)
    found = own_metric(watched, "check_service", FOUND_AFTER, "SampleCount")
    return found.with_(period=period)


def reconciliations_per_day(watched: Watched) -> Metric:
    """Number of reconciliations that ended within a day: each publishes its drift once."""
    return drift(watched).with_(statistic="SampleCount", period=Duration.days(1))
