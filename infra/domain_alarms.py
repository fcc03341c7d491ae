"""Alarms of the OpenSearch domain, mostly as AWS recommends.

(Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarm_specs import AlarmSpec
from infra.metrics import Watched, domain_metric

_FREE_SHARE = 0.25
"""Free share of a disk; OpenSearch stops writing when the disk is full."""
_BUSY_PERCENT = 80
_FULL_PERCENT = 95
"""Use of the Java heap; below this, garbage collection keeps up."""


def domain_alarms(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms of a managed domain."""
    yield from _availability(scope, watched)
    yield from _capacity(scope, watched)


def _availability(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="domain-red",
        reason="A primary shard of the index is lost: checks miss pictures. Create a new index and "
        "fill it from the table.",
        metric=domain_metric(scope, watched, "ClusterStatus.red"),
        threshold=0,
    )
    yield AlarmSpec(
        name="domain-yellow",
        reason="A replica of a shard has had no node for half an hour: one more failure loses data "
        "of the index. (A single node is yellow if an index has replicas.)",
        metric=domain_metric(scope, watched, "ClusterStatus.yellow"),
        threshold=0,
        periods=6,
    )
    size = watched.environment.domain
    yield AlarmSpec(
        name="domain-nodes",
        reason="A node of the domain has been missing for half an hour: the others carry its load.",
        metric=domain_metric(scope, watched, "Nodes", "Minimum"),
        threshold=size.data_nodes + size.managers,
        operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        periods=6,
    )
    yield AlarmSpec(
        name="domain-snapshots",
        reason="OpenSearch Service could not take its own snapshot of the domain: the cluster is "
        "red, or a node is missing for long.",
        metric=domain_metric(scope, watched, "AutomatedSnapshotFailure"),
        threshold=0,
    )
    yield AlarmSpec(
        name="domain-writes-blocked",
        reason="The domain refuses writes for lack of disk or memory: the index falls behind.",
        metric=domain_metric(scope, watched, "ClusterIndexWritesBlocked"),
        threshold=0,
    )
    yield AlarmSpec(
        name="domain-errors",
        reason="The domain itself answered 5xx: checks fail or are retried.",
        metric=domain_metric(scope, watched, "5xx", "Sum"),
        threshold=10,
        periods=2,
    )


def _capacity(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="domain-storage",
        reason=f"A node has less than {_FREE_SHARE:.0%} of its disk left: enlarge its volume "
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
        reason="The domain rejected searches since its queue was full: checks fail or are retried. "
        "Use larger or more nodes.",
        metric=domain_metric(scope, watched, "ThreadpoolSearchRejected", "Sum"),
        threshold=0,
        periods=2,
    )
    yield AlarmSpec(
        name="domain-graphs",
        reason="The k-NN circuit breaker evicts graphs from native memory: checks load them from "
        "disk each time. Use nodes with more memory.",
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
            "checks become slow, then fail. Use larger or more nodes.",
            metric=domain_metric(scope, watched, f"{prefix}{metric}"),
            threshold=percent,
            periods=3,
        )
