"""The names of the state machine of imports, by which roles name it before it exists."""

from __future__ import annotations

from aws_cdk import ArnFormat, Stack

from infra.environments import Environment


def machine_name(environment: Environment) -> str:
    """The name of the state machine."""
    return f"{environment.api_name}-imports"


def machine_arn(stack: Stack, environment: Environment) -> str:
    """The ARN of the state machine."""
    return _states_arn(stack, "stateMachine", machine_name(environment))


def execution_arns(stack: Stack, environment: Environment) -> str:
    """The ARNs of its executions, each of which has the id of an import in its name."""
    return _states_arn(stack, "execution", f"{machine_name(environment)}:*")


def _states_arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(
        service="states",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
