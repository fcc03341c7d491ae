"""A state machine of Step Functions, which calls functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.environments import Environment
from infra.log_groups import log_group
from infra.machine_names import machine_name

_INVOKE = "arn:aws:states:::lambda:invoke"
_LOG_DELIVERY = (
    "CreateLogDelivery",
    "DeleteLogDelivery",
    "DescribeLogGroups",
    "DescribeResourcePolicies",
    "GetLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "UpdateLogDelivery",
)
"""What Step Functions does to deliver logs; none of it has resources.
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"""
_TRACE = ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")


class StateMachine(Construct):
    """A state machine, its role and its log.

    It uses the CloudFormation resource, since the more convenient one gives its role more than it
    needs.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        environment: the environment.
        work: its work, as in ``infra/machine_names.py``.
        states: the states, as Step Functions reads them.
        allowed: what it may do, beside writing logs and traces.
    """

    def __init__(  # noqa: PLR0913 - where it is, and what it does
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        work: str,
        *,
        states: Mapping[str, Any],
        allowed: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, construct_id)
        name = machine_name(environment, work)
        group = log_group(self, "Logs", environment, f"/aws/vendedlogs/states/{name}")
        statements = [*allowed, *_observing()]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=statements)},
        )
        machine = sfn.CfnStateMachine
        destination = machine.CloudWatchLogsLogGroupProperty(log_group_arn=group.log_group_arn)
        machine(
            self,
            "Machine",
            state_machine_name=name,
            role_arn=role.role_arn,
            definition_string=Stack.of(self).to_json_string(dict(states)),
            logging_configuration=machine.LoggingConfigurationProperty(
                level="ALL",
                include_execution_data=False,
                destinations=[
                    machine.LogDestinationProperty(cloud_watch_logs_log_group=destination)
                ],
            ),
            tracing_configuration=machine.TracingConfigurationProperty(enabled=True),
        )


def task(function: str, payload: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A call of a function, tried again where it fails for whatever reason.

    Args:
        function: its ARN.
        payload: what it is told; ``None``: all that the state is told.
    """
    told = {"Payload.$": "$"} if payload is None else {"Payload": dict(payload)}
    return {
        "Type": "Task",
        "Resource": _INVOKE,
        "Parameters": {"FunctionName": function, **told},
        "Retry": [
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 2,
                "BackoffRate": 3,
                "MaxAttempts": 3,
                "JitterStrategy": "FULL",
            }
        ],
    }


def allow(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    """A permission."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


def _observing() -> list[iam.PolicyStatement]:
    return [
        allow([f"logs:{verb}" for verb in _LOG_DELIVERY], "*"),
        allow([f"xray:{verb}" for verb in _TRACE], "*"),
    ]
