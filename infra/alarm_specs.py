"""The specification of an alarm."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """One alarm.

    Attributes:
        name: name of the alarm; ``docs/operations.md`` says what to do.
        reason: what it means when the alarm goes off.
        metric: the metric that is watched.
        threshold: in the metric's unit.
        operator: how the metric compares to the threshold when something is wrong.
        periods: number of periods in a row.
        missing: how missing data is treated.
    """

    name: str
    reason: str
    metric: cloudwatch.IMetric
    threshold: float
    operator: cloudwatch.ComparisonOperator = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
    periods: int = 1
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING
