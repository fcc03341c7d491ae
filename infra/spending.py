"""What requests cost, counted by the hour, and a breaker that refuses callers on a runaway day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.alarm_specs import AlarmSpec
from infra.function_specs import FUNCTIONS, STOP_CALLERS
from infra.functions import FunctionFactory
from infra.identities import Identity
from infra.log_groups import log_group, write_logs
from infra.metrics import Watched
from lookalike.aws.breaker import STOPPED_FUNCTIONS

ALARM = "day-spending"
_REQUEST_USD = 3.5e-6
_GIB_SECOND_USD = 13.3334e-6
_READ_UNIT_USD = 0.125e-6
_WRITE_UNIT_USD = 0.625e-6
"""List prices; ``docs/costs.md`` has their sources."""
_COUNTED_FUNCTIONS = 5
_DAY = Duration.days(1)


@dataclass(frozen=True, slots=True)
class _Part:
    """A metric whose every unit costs that many US dollars."""

    metric: cloudwatch.IMetric
    usd: float


def spending_alarm(watched: Watched) -> AlarmSpec:
    """The alarm on what requests and their work cost within a day."""
    limit = watched.environment.thresholds.day_usd
    parts = {f"m{number}": part for number, part in enumerate(_parts(watched))}
    terms = [f"FILL({name}, 0) * {part.usd:.12f}" for name, part in parts.items()]
    return AlarmSpec(
        name=ALARM,
        reason=f"Requests and their work have cost over {limit} USD within 24 hours, by the count "
        "of their metrics: callers are refused until the functions may run again.",
        metric=cloudwatch.MathExpression(
            expression=" + ".join(terms),
            using_metrics={name: part.metric for name, part in parts.items()},
            period=_DAY,
            label="USD",
        ),
        threshold=limit,
    )


def _parts(watched: Watched) -> Iterator[_Part]:
    """At most ten metrics, which an alarm may have."""
    yield _Part(watched.stage.metric_count(period=_DAY), _REQUEST_USD)
    for spec in FUNCTIONS[:_COUNTED_FUNCTIONS]:
        duration = watched.functions[spec.name].metric_duration(statistic="Sum", period=_DAY)
        yield _Part(duration, spec.memory_mib / 1024 / 1000 * _GIB_SECOND_USD)
    for name in ("products", "pictures"):
        table = watched.tables[name]
        yield _Part(table.metric_consumed_read_capacity_units(period=_DAY), _READ_UNIT_USD)
        yield _Part(table.metric_consumed_write_capacity_units(period=_DAY), _WRITE_UNIT_USD)


class Breaker(Construct):
    """The function that an alarm calls: it takes their executions from the functions of callers.

    Attributes:
        watch: the alarm on the function itself.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        watched: what is watched.
        factory: creates functions.
        alarm: the alarm.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        watched: Watched,
        factory: FunctionFactory,
        alarm: cloudwatch.Alarm,
    ) -> None:
        super().__init__(scope, construct_id)
        stopped = [watched.functions[spec.name] for spec in FUNCTIONS if spec.answers_callers]
        group = log_group(self, "Logs", watched.environment)
        allowed = iam.PolicyStatement(
            actions=["lambda:PutFunctionConcurrency"],
            resources=[function.function_arn for function in stopped],
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=[allowed, write_logs(group)])},
        )
        names = {STOPPED_FUNCTIONS: ",".join(function.function_name for function in stopped)}
        function = factory.create(self, "Function", STOP_CALLERS, Identity(role, group), names)
        alarm.add_alarm_action(actions.LambdaAction(function))
        self.watch = AlarmSpec(
            name=f"{STOP_CALLERS.name}-errors",
            reason="A day has cost too much, and the function that refuses callers then has "
            "failed: they are still answered.",
            metric=function.metric_errors(),
            threshold=0,
        )
