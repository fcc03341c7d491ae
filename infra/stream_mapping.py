"""Calls functions with the records of a table's stream, and loses none of them."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

_STARTING = "TRIM_HORIZON"
"""LATEST would miss changes that are written while the mapping is created."""
MAX_RECORD_AGE = Duration.hours(6)
"""Older records leave the stream for where they are kept. That outlasts a failure of the index, and
is well below the 24 hours that a stream keeps records."""


def stream_mapping(  # noqa: PLR0913 - both ends, and what is between them
    scope: Construct,
    table: dynamodb.ITable,
    function: lambda_.IFunction,
    kept_at: str,
    *,
    batch_size: int = 100,
    max_record_age: Duration = MAX_RECORD_AGE,
    patterns: Sequence[str] = (),
    parallelization_factor: int | None = None,
    metrics: list[str] | None = None,
) -> lambda_.CfnEventSourceMapping:
    """Map a table's stream to a function.

    A failed batch is retried from its first failed record, then halved until the failing record is
    alone; that record expires after its age and is kept. No other record waits longer.

    EventSourceMapping with its destinations would let the function read and delete what is kept,
    and read the streams of all tables; so this is the resource of CloudFormation.

    Args:
        scope: gets the mapping, as ``Stream``.
        table: has the stream.
        function: is called.
        kept_at: the ARN of the bucket or queue of records that have expired.
        batch_size: records of a call.
        max_record_age: after which a record that fails expires.
        patterns: filters of records, as JSON, of which one must hold; without any, all come.
        parallelization_factor: batches of a shard at once; ``None``: one.
        metrics: that Lambda measures beside the usual ones.
    """
    mapping = lambda_.CfnEventSourceMapping
    return mapping(
        scope,
        "Stream",
        event_source_arn=table.table_stream_arn,
        function_name=function.function_arn,
        starting_position=_STARTING,
        batch_size=batch_size,
        maximum_batching_window_in_seconds=1,
        parallelization_factor=parallelization_factor,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=-1,
        maximum_record_age_in_seconds=int(max_record_age.to_seconds()),
        function_response_types=["ReportBatchItemFailures"],
        filter_criteria=mapping.FilterCriteriaProperty(
            filters=[mapping.FilterProperty(pattern=pattern) for pattern in patterns]
        )
        if patterns
        else None,
        destination_config=mapping.DestinationConfigProperty(
            on_failure=mapping.OnFailureProperty(destination=kept_at)
        ),
        metrics_config=mapping.MetricsConfigProperty(metrics=metrics) if metrics else None,
    )
