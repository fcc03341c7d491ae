"""Health of the OpenSearch domain, mostly as AWS recommends to watch it.

(Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarm_specs import AlarmSpec
from infra.metrics import Watched, domain_metric

_FREE_SHARE = 0.25
"""Of a disk; OpenSearch stops writing when it is full."""
_BUSY_PERCENT = 80
_FULL_PERCENT = 95
"""Of a Java heap: up to there it is filled and emptied as it should be."""


def domain_alarms(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms of a managed domain."""
    yield from _availability(scope, watched)
    yield from _capacity(scope, watched)


def _availability(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="domain-red",
        reason="A primary shard of the index is gone: checks miss pictures. Make a new index "
        "from the table.",
        metric=domain_metric(scope, watched, "ClusterStatus.red"),
        threshold=0,
    )
    yield AlarmSpec(
        name="domain-yellow",
        reason="A copy of a shard has had no node for half an hour: one more failure loses data "
        "of the index. (One node alone is yellow where an index wants replicas.)",
        metric=domain_metric(scope, watched, "ClusterStatus.yellow"),
        threshold=0,
        periods=6,
    )
    size = watched.environment.domain
    yield AlarmSpec(
        name="domain-nodes",
        reason="A node of the domain has been away for half an hour: the others carry its load.",
        metric=domain_metric(scope, watched, "Nodes", "Minimum"),
        threshold=size.data_nodes + size.managers,
        operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        periods=6,
    )
    yield AlarmSpec(
        name="domain-writes-blocked",
        reason="The domain refuses writes, for want of disk or memory: the index falls behind.",
        metric=domain_metric(scope, watched, "ClusterIndexWritesBlocked"),
        threshold=0,
    )
    yield AlarmSpec(
        name="domain-errors",
        reason="The domain itself answered 5xx: checks fail or are tried again.",
        metric=domain_metric(scope, watched, "5xx", "Sum"),
        threshold=10,
        periods=2,
    )


def _capacity(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="domain-storage",
        reason=f"A node has less than {_FREE_SHARE:.0%} of its disk left: give it a larger one "
        "before writes are blocked.",
        metric=domain_metric(scope, watched, "FreeStorageSpace", "Minimum"),
        threshold=watched.environment.domain.volume_gib * 1024 * _FREE_SHARE,
        operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    )
    yield from _load(scope, watched, "domain", "node", "")
    if watched.environment.domain.managers:
        yield from _load(scope, watched, "domain-managers", "manager", "Master")
    yield AlarmSpec(
        name="domain-searches-rejected",
        reason="The domain had more searches waiting than it takes: checks fail or are tried "
        "again. Take larger nodes, or more.",
        metric=domain_metric(scope, watched, "ThreadpoolSearchRejected", "Sum"),
        threshold=0,
        periods=2,
    )
    yield AlarmSpec(
        name="domain-graphs",
        reason="Graphs of native memory were turned away by the k-NN circuit breaker: checks "
        "load them from disk each time. Take nodes with more memory.",
        metric=domain_metric(scope, watched, "KNNCircuitBreakerTriggered"),
        threshold=0,
    )


def _load(
    scope: Construct, watched: Watched, name: str, who: str, prefix: str
) -> Iterator[AlarmSpec]:
    """Processors and Java heap of one kind of nodes."""
    for part, metric, what, percent in (
        ("cpu", "CPUUtilization", "The processors", _BUSY_PERCENT),
        ("memory", "JVMMemoryPressure", "The Java heap", _FULL_PERCENT),
    ):
        yield AlarmSpec(
            name=f"{name}-{part}",
            reason=f"{what} of a {who} has been over {percent} % for a quarter of an hour: "
            "checks become slow, then fail. Take larger ones, or more.",
            metric=domain_metric(scope, watched, f"{prefix}{metric}"),
            threshold=percent,
            periods=3,
        )
