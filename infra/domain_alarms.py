"""Health of the OpenSearch domain, as AWS recommends to watch it.

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


def domain_alarms(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms of a managed domain."""
    yield from _availability(scope, watched)
    yield from _capacity(scope, watched)


def _availability(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="domain-red",
        reason="A primary shard of the index is gone: checks miss pictures. Restore a snapshot, "
        "or make a new index from the table.",
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
    for name, metric, what in (
        ("domain-cpu", "CPUUtilization", "The processors"),
        ("domain-memory", "JVMMemoryPressure", "The Java heap"),
    ):
        yield AlarmSpec(
            name=name,
            reason=f"{what} of a node has been over {_BUSY_PERCENT} % for a quarter of an hour: "
            "checks become slow, then fail. Take larger nodes, or more.",
            metric=domain_metric(scope, watched, metric),
            threshold=_BUSY_PERCENT,
            periods=3,
        )
    yield AlarmSpec(
        name="domain-graphs",
        reason="Graphs of native memory were turned away by the k-NN circuit breaker: checks "
        "load them from disk each time. Take nodes with more memory.",
        metric=domain_metric(scope, watched, "KNNCircuitBreakerTriggered"),
        threshold=0,
    )
