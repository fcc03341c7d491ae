"""What is measured of the deployment: alarms and the dashboard read the same metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.buckets import REQUEST_METRICS
from infra.environments import Environment
from infra.search_access import search_name
from lookalike.storage.opensearch.service import OpenSearchService

Metric = cloudwatch.Metric
_FIVE_MINUTES = Duration.minutes(5)


@dataclass(frozen=True, slots=True)
class Watched:
    """What there is to measure.

    Attributes:
        environment: which one this is.
        stage: of the API.
        functions: by name.
        tables: by name.
        failed_records: the bucket of stream records that nobody could apply.
    """

    environment: Environment
    stage: apigateway.Stage
    functions: Mapping[str, lambda_.Function]
    tables: Mapping[str, dynamodb.Table]
    failed_records: s3.Bucket

    @property
    def has_domain(self) -> bool:
        """Whether there are machines to look after."""
        return self.environment.search is not OpenSearchService.SERVERLESS


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
        period=_FIVE_MINUTES,
    )


def namespace(environment: Environment) -> str:
    """Of what functions publish themselves: environments of one account are told apart by it."""
    return f"Lookalike/{environment.name}"


def own_metric(watched: Watched, function: str, name: str, statistic: str = "Sum") -> Metric:
    """A metric that a function publishes itself."""
    return Metric(
        namespace=namespace(watched.environment),
        metric_name=name,
        dimensions_map={"service": function},
        statistic=statistic,
        period=_FIVE_MINUTES,
    )


def error_share(watched: Watched) -> Metric:
    """Share of requests that were answered 5xx, 0 to 1."""
    return watched.stage.metric_server_error(statistic="Average", period=_FIVE_MINUTES)


def latency(watched: Watched, statistic: str) -> Metric:
    """Milliseconds from a request to its answer."""
    return watched.stage.metric_latency(statistic=statistic, period=_FIVE_MINUTES)


def stream_age(watched: Watched) -> Metric:
    """Milliseconds since the oldest change that the index has not heard of."""
    return watched.functions["index_pictures"].metric(
        "IteratorAge", statistic="Maximum", period=_FIVE_MINUTES
    )


def undelivered_records(watched: Watched) -> Metric:
    """Times that Lambda could not put records that it had given up into their bucket."""
    return watched.functions["index_pictures"].metric(
        "DestinationDeliveryFailures", statistic="Sum", period=_FIVE_MINUTES
    )


def failed_record_arrivals(watched: Watched) -> Metric:
    """Objects put into the bucket of failed records, by whomever."""
    return _of_bucket(watched, "PutRequests", {"FilterId": REQUEST_METRICS}, "Sum", _FIVE_MINUTES)


def failed_record_count(watched: Watched) -> Metric:
    """Objects that lie in the bucket of failed records; counted once a day."""
    return _of_bucket(
        watched,
        "NumberOfObjects",
        {"StorageType": "AllStorageTypes"},
        "Average",
        Duration.days(1),
    )


def table_throttles(
    table: dynamodb.Table, kind: Literal["Read", "Write"], index: str | None = None
) -> Metric:
    """Reads or writes that a table, or an index of it, refused because there were too many."""
    of_index = {} if index is None else {"GlobalSecondaryIndexName": index}
    return Metric(
        namespace="AWS/DynamoDB",
        metric_name=f"{kind}ThrottleEvents",
        dimensions_map={"TableName": table.table_name, **of_index},
        statistic="Sum",
        period=_FIVE_MINUTES,
    )


def _of_bucket(
    watched: Watched, name: str, dimensions: Mapping[str, str], statistic: str, period: Duration
) -> Metric:
    return Metric(
        namespace="AWS/S3",
        metric_name=name,
        dimensions_map={"BucketName": watched.failed_records.bucket_name, **dimensions},
        statistic=statistic,
        period=period,
    )


def drift(watched: Watched) -> Metric:
    """Pictures by which table and index differed when a comparison ended."""
    return own_metric(watched, "reconcile_index", "Drift", "Maximum")


def reconciliations_per_day(watched: Watched) -> Metric:
    """How many comparisons of table and index have ended within a day: each tells its drift."""
    return drift(watched).with_(statistic="SampleCount", period=Duration.days(1))
