"""Alarms on the functions, and on the streams that some of them follow."""

from __future__ import annotations

from collections.abc import Iterator

from infra import metrics
from infra.alarm_specs import AlarmSpec
from infra.function_specs import FUNCTIONS
from infra.metrics import Watched

_FOLLOWERS = {
    "records": ("index_pictures", "only a reconciliation repairs what the index has of them."),
    "products": ("register_products", "what other programs wrote is not registered."),
    "events": ("publish_events", "the bus lacks these events; the table has them."),
}
"""What follows a stream, and what it means where its records are lost, by the name of the alarm."""


def function_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms on calls that fail, and on those that are refused."""
    for spec in FUNCTIONS:
        function = watched.functions[spec.name]
        if spec.error_periods is not None:
            yield AlarmSpec(
                name=f"{spec.name}-errors",
                reason=f"{spec.name} failed (an unexpected exception, out of memory, or a "
                "timeout): its log has the cause.",
                metric=function.metric_errors(),
                threshold=0,
                periods=spec.error_periods,
            )
        # The others share the executions of the account, on which there is an alarm, too.
        if spec.name in watched.environment.reserved_concurrency:
            yield AlarmSpec(
                name=f"{spec.name}-throttles",
                reason=f"{spec.name} had more concurrent calls than are reserved for it: callers "
                "are refused, or long work takes longer.",
                metric=function.metric_throttles(),
                threshold=0,
                periods=2,
            )


def lost_record_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    """Alarms on records of streams that are neither applied nor kept."""
    for name, (function, lost) in _FOLLOWERS.items():
        yield AlarmSpec(
            name=f"undelivered-{name}",
            reason=f"Lambda gave up on records of a stream that {function} follows, and could not "
            f"keep them: {lost}",
            metric=metrics.undelivered_records(watched, function),
            threshold=0,
        )
