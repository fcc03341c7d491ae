"""The names of the state machines, by which roles name them before they exist."""

from __future__ import annotations

from aws_cdk import ArnFormat, Stack

from infra.environments import Environment

IMPORTS = "imports"
DUPLICATES = "duplicates"
RECONCILIATION = "reconciliation"
"""What state machines work on."""


def machine_name(environment: Environment, work: str) -> str:
    """The name of a state machine."""
    return f"{environment.api_name}-{work}"


def machine_arn(stack: Stack, environment: Environment, work: str) -> str:
    """The ARN of a state machine."""
    return _states_arn(stack, "stateMachine", machine_name(environment, work))


def execution_arns(stack: Stack, environment: Environment, work: str) -> str:
    """The ARNs of its executions, each of which has the id of a run in its name."""
    return _states_arn(stack, "execution", f"{machine_name(environment, work)}:*")


def _states_arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(
        service="states",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
