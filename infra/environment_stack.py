"""What all stacks of an environment have in common: name, account, region, tags, protection."""

from __future__ import annotations

from aws_cdk import Environment as Place
from aws_cdk import Stack
from constructs import Construct

from infra.environments import Environment
from infra.tags import tags


class EnvironmentStack(Stack):
    """One of the stacks of an environment.

    Args:
        scope: the app.
        environment: the environment.
        part: what is in the stack, as the end of its name; empty for the stack of the code, whose
            name and outputs are all that operators and commands need.
        description: what is in it, as a phrase.
    """

    def __init__(
        self, scope: Construct, environment: Environment, part: str, description: str
    ) -> None:
        name = f"{environment.stack_name}-{part}" if part else environment.stack_name
        super().__init__(
            scope,
            name,
            description=f"Lookalike ({environment.name}): {description}.",
            env=Place(account=environment.account, region=environment.region),
            termination_protection=environment.keeps_data,
            tags=tags(environment),
        )
