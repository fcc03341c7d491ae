"""Compacts the small index by schedule."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.function_specs import COMPACT_INDEX
from infra.functions import FunctionFactory, variables
from infra.identities import Identity
from infra.metrics import namespace
from lookalike.aws.entry_point import NAMESPACE_VARIABLE


class Compaction(Construct):
    """The function and its schedule.

    A call that finds nothing new ends at once; two at once do no harm.

    Attributes:
        function: the function.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        factory: FunctionFactory,
        identity: Identity,
        settings: Mapping[str, str | None],
    ) -> None:
        super().__init__(scope, construct_id)
        environment = factory.environment
        measured = {NAMESPACE_VARIABLE: namespace(environment)}
        self.function = factory.create(
            self, "Function", COMPACT_INDEX, identity, measured | variables(COMPACT_INDEX, settings)
        )
        events.Rule(
            self,
            "Schedule",
            description="Compacts the small index.",
            schedule=events.Schedule.rate(Duration.minutes(environment.compact_minutes)),
            targets=[targets.LambdaFunction(self.function, retry_attempts=0)],
        )
