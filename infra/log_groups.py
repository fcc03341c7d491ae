"""Log groups, and how long logs are kept."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environments import Environment

_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
}


def log_group(
    scope: Construct, construct_id: str, environment: Environment, name: str | None = None
) -> logs.LogGroup:
    """A log group with the retention of the environment.

    Raises:
        KeyError: this number of days is not listed here.
    """
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=_RETENTION[environment.log_days],
        removal_policy=removal_policy(environment),
    )


def removal_policy(environment: Environment) -> RemovalPolicy:
    """Return what happens to data when the stack is deleted.

    Kept data outlives everything but a failed deployment that created it: the data is empty then,
    and a fixed name would be taken when the deployment is repeated.
    """
    kept = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    return kept if environment.keeps_data else RemovalPolicy.DESTROY


def write_logs(group: logs.LogGroup) -> iam.PolicyStatement:
    """Permission to write to one group."""
    return iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn]
    )
