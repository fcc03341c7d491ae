"""What an alarm is."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """One alarm.

    Attributes:
        name: of the alarm; ``docs/operations.md`` says under it what to do.
        reason: what it means when it goes off.
        metric: what is watched.
        threshold: in the metric's unit.
        operator: how the metric stands to the threshold when something is wrong.
        periods: how many in a row.
        missing: what no data means.
    """

    name: str
    reason: str
    metric: cloudwatch.IMetric
    threshold: float
    operator: cloudwatch.ComparisonOperator = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
    periods: int = 1
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING
