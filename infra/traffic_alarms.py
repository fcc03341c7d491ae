"""Alarms on requests that are refused, and on releases and executions of the whole account."""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.alarm_specs import AlarmSpec
from infra.api import STAGE
from infra.environments import Part
from infra.function_specs import FUNCTIONS
from infra.metrics import FIVE_MINUTES, Metric, Watched, namespace

_LIVE_ERRORS = "-live-errors"
_RELEASE_ERRORS = "release-errors"
_BROKEN_SHARE = 0.05
_MINUTE = Duration.minutes(1)
_THROTTLED = "ThrottledRequests"


def traffic_alarms(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms on callers who are refused, and on the account's executions."""
    limits = watched.environment.thresholds
    yield AlarmSpec(
        name="throttled-requests",
        reason=f"Over {limits.throttled_requests} requests were answered 429 within five minutes: "
        "a caller sends more than its key may, or all callers more than the load.",
        metric=_throttled(scope, watched),
        threshold=limits.throttled_requests,
        periods=2,
    )
    if watched.environment.has(Part.WEB_ACL):
        yield AlarmSpec(
            name="blocked-requests",
            reason=f"The firewall blocked over {limits.blocked_requests} requests within five "
            "minutes: an attack, a flood, or a rule that takes callers for one.",
            metric=_blocked(scope, watched),
            threshold=limits.blocked_requests,
        )
    executions = watched.environment.account_concurrency * limits.concurrency_percent // 100
    yield AlarmSpec(
        name="account-concurrency",
        reason=f"The account's functions used over {limits.concurrency_percent} % of the "
        "executions that it may have at once: beyond them, calls are refused.",
        metric=Metric(
            namespace="AWS/Lambda",
            metric_name="ConcurrentExecutions",
            statistic="Maximum",
            period=FIVE_MINUTES,
        ),
        threshold=executions,
    )


def release_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms that take a release back while it is rolled out."""
    for spec in FUNCTIONS:
        if spec.answers_callers:
            yield AlarmSpec(
                name=f"{spec.name}{_LIVE_ERRORS}",
                reason=f"{spec.name} failed more than twice within a minute; while a release is "
                "rolled out, this takes it back.",
                metric=_live_errors(watched, spec.name),
                threshold=2,
            )
    yield AlarmSpec(
        name=_RELEASE_ERRORS,
        reason=f"Over {_BROKEN_SHARE:.0%} of the requests of a minute were answered 5xx; while a "
        "release is rolled out, this takes it back.",
        metric=_answered_5xx(watched),
        threshold=_BROKEN_SHARE,
    )


def stops_releases(alarm: str) -> bool:
    """Return whether the alarm of that name takes a release back."""
    return alarm == _RELEASE_ERRORS or alarm.endswith(_LIVE_ERRORS)


def _live_errors(watched: Watched, name: str) -> Metric:
    """Failures of both versions that an alias points to. Named by text: aliases wait for it."""
    function = watched.functions[name].function_name
    return Metric(
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions_map={"FunctionName": function, "Resource": f"{function}:live"},
        statistic="Sum",
        period=_MINUTE,
    )


def _answered_5xx(watched: Watched) -> Metric:
    """Named by text: the stage waits for the aliases, which wait for this alarm."""
    return Metric(
        namespace="AWS/ApiGateway",
        metric_name="5XXError",
        dimensions_map={"ApiName": watched.environment.api_name, "Stage": STAGE},
        statistic="Average",
        period=_MINUTE,
    )


def _throttled(scope: Construct, watched: Watched) -> cloudwatch.IMetric:
    """Counted in the access log: API Gateway has no metric of them."""
    space = f"{namespace(watched.environment)}/Api"
    logs.MetricFilter(
        scope,
        "Throttled",
        log_group=watched.access_log,
        filter_pattern=logs.FilterPattern.string_value("$.status", "=", "429"),
        metric_namespace=space,
        metric_name=_THROTTLED,
        metric_value="1",
        default_value=0,
    )
    return Metric(namespace=space, metric_name=_THROTTLED, statistic="Sum", period=FIVE_MINUTES)


def _blocked(scope: Construct, watched: Watched) -> Metric:
    return Metric(
        namespace="AWS/WAFV2",
        metric_name="BlockedRequests",
        dimensions_map={
            "WebACL": watched.environment.api_name,
            "Region": Stack.of(scope).region,
            "Rule": "ALL",
        },
        statistic="Sum",
        period=FIVE_MINUTES,
    )
