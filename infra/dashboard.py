"""One page for the operator on duty: callers, functions, sync, tables, domain."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra import metrics
from infra.metrics import Watched, domain_metric, own_metric, table_throttles

_WIDTH = 24
"""Columns of a dashboard."""


class Dashboard(Construct):
    """Alarms on top; then callers, sync, tables, and the domain, a row each."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        watched: Watched,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        status = cloudwatch.AlarmStatusWidget(title="Alarms", width=_WIDTH, alarms=list(alarms))
        rows = [_callers(watched), _functions(watched), _sync(watched), _tables(watched)]
        if watched.has_domain:
            rows.append(_domain(self, watched))
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"lookalike-{watched.environment.name}",
            widgets=[[status], *rows],
        )


def _row(
    *graphs: tuple[str, Sequence[cloudwatch.IMetric], str],
) -> list[cloudwatch.IWidget]:
    """Graphs side by side: title, metrics, unit."""
    return [
        cloudwatch.GraphWidget(
            title=title,
            left=list(shown),
            left_y_axis=cloudwatch.YAxisProps(label=unit, show_units=False, min=0),
            width=_WIDTH // len(graphs),
        )
        for title, shown, unit in graphs
    ]


def _callers(watched: Watched) -> list[cloudwatch.IWidget]:
    stage = watched.stage
    return _row(
        ("Requests", [stage.metric_count()], "requests"),
        (
            "Refused and failed",
            [stage.metric_client_error(), stage.metric_server_error()],
            "answers",
        ),
        (
            "Time to answer",
            [metrics.latency(watched, statistic) for statistic in ("p50", "p95", "p99")],
            "ms",
        ),
    )


def _functions(watched: Watched) -> list[cloudwatch.IWidget]:
    functions = watched.functions.values()
    return _row(
        ("Duration, p95", [f.metric_duration(statistic="p95") for f in functions], "ms"),
        (
            "At once",
            [f.metric("ConcurrentExecutions", statistic="Maximum") for f in functions],
            "executions",
        ),
        (
            "Errors and throttles",
            [metric for f in functions for metric in (f.metric_errors(), f.metric_throttles())],
            "executions",
        ),
    )


def _sync(watched: Watched) -> list[cloudwatch.IWidget]:
    def follower_metric(name: str) -> cloudwatch.IMetric:
        return own_metric(watched, "index_pictures", name)

    return _row(
        ("Oldest change not indexed", [metrics.stream_age(watched)], "ms"),
        (
            "Changes",
            [
                follower_metric("AppliedRecords"),
                follower_metric("FailedRecords"),
                metrics.undelivered_records(watched, "index_pictures"),
            ],
            "records",
        ),
        ("Drift", [metrics.drift(watched), metrics.looks_drift(watched)], "pictures, products"),
        ("Failed records waiting", [metrics.failed_record_count(watched)], "objects"),
    )


def _tables(watched: Watched) -> list[cloudwatch.IWidget]:
    tables = watched.tables.values()
    return _row(
        ("Reads", [t.metric_consumed_read_capacity_units() for t in tables], "units"),
        ("Writes", [t.metric_consumed_write_capacity_units() for t in tables], "units"),
        (
            "Throttled",
            [m for t in tables for m in (table_throttles(t, "Read"), table_throttles(t, "Write"))],
            "requests",
        ),
    )


def _domain(scope: Construct, watched: Watched) -> list[cloudwatch.IWidget]:
    def of(*names: str) -> list[cloudwatch.IMetric]:
        return [domain_metric(scope, watched, name) for name in names]

    return _row(
        ("Searches: time", of("SearchLatency"), "ms"),
        ("Processors and heap", of("CPUUtilization", "JVMMemoryPressure"), "%"),
        ("Free disk", [domain_metric(scope, watched, "FreeStorageSpace", "Minimum")], "MB"),
        ("Pictures", of("SearchableDocuments"), "documents"),
    )
