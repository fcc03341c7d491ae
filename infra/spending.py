"""What a day costs by our own count, and breakers that stop what costs too much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.alarm_specs import AlarmSpec
from infra.environments import Environment
from infra.function_specs import (
    STOP_BATCHES,
    STOP_CALLERS,
    FunctionSpec,
    fitted,
    function_spec,
)
from infra.functions import FunctionFactory
from infra.identities import Identity
from infra.log_groups import log_group, write_logs
from infra.machine_names import IMPORTS, execution_arns, machine_arn
from infra.metrics import Watched
from infra.model_needs import with_models
from lookalike.aws.breaker import STOPPED_FUNCTIONS, STOPPED_MACHINE

_REQUEST_USD = 3.5e-6
_GIB_SECOND_USD = 13.3334e-6
_READ_UNIT_USD = 0.125e-6
_WRITE_UNIT_USD = 0.625e-6
_CHECK_USD = 0.2e-6 + 65.5 * _READ_UNIT_USD
_REGISTRATION_USD = 1.2e-6 + 14 * _READ_UNIT_USD + 43 * _WRITE_UNIT_USD
"""List prices; of a call of a function, with its event and the units of tables that it takes, since
a table does not say who uses it. ``docs/costs.md`` has their sources."""
_CALL_USD = {"find_similar": _CHECK_USD, "manage_products": _REGISTRATION_USD}
_DAY = Duration.days(1)


@dataclass(frozen=True, slots=True)
class _Part:
    """A metric whose every unit costs that many US dollars."""

    metric: cloudwatch.IMetric
    usd: float


@dataclass(frozen=True, slots=True)
class Spender:
    """Some work that is stopped on a day on which it costs too much.

    Attributes:
        construct_id: of its breaker in the stack.
        alarm: name of the alarm on what it costs.
        breaker: the function that stops it.
        stopped: names of the functions that do it.
        outcome: what comes of that, for whoever reads the alarm.
        machine: the state machine whose executions are stopped, too; empty: none.
    """

    construct_id: str
    alarm: str
    breaker: FunctionSpec
    stopped: tuple[str, ...]
    outcome: str
    machine: str = ""


CALLERS = Spender(
    "Breaker",
    "day-spending",
    STOP_CALLERS,
    tuple(_CALL_USD),
    "callers are refused until the functions may run again.",
)
BATCHES = Spender(
    "BatchBreaker",
    "batch-spending",
    STOP_BATCHES,
    ("import_batch", "compare_pictures"),
    "imports end, and they and searches for duplicates stand still until the functions may run "
    "again; callers are answered.",
    machine=IMPORTS,
)
SPENDERS = (CALLERS, BATCHES)


def spending_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    """The alarms on what requests, and what work in batches, cost within a day."""
    limits = watched.environment.thresholds
    yield _alarm(CALLERS, "Requests", limits.day_usd, _requests(watched))
    yield _alarm(BATCHES, "Imports, duplicates and tables", limits.batch_day_usd, _batches(watched))


def _alarm(spender: Spender, what: str, limit: int, parts: Iterable[_Part]) -> AlarmSpec:
    named = {f"m{number}": part for number, part in enumerate(parts)}
    terms = [f"FILL({name}, 0) * {part.usd:.12f}" for name, part in named.items()]
    return AlarmSpec(
        name=spender.alarm,
        reason=f"{what} have cost over {limit} USD within 24 hours, by the count of their metrics: "
        f"{spender.outcome}",
        metric=cloudwatch.MathExpression(
            expression=" + ".join(terms),
            using_metrics={name: part.metric for name, part in named.items()},
            period=_DAY,
            label="USD",
        ),
        threshold=limit,
    )


def _requests(watched: Watched) -> Iterator[_Part]:
    """What callers cost: nothing that an import does is among it."""
    yield _Part(watched.stage.metric_count(period=_DAY), _REQUEST_USD)
    for name, usd in _CALL_USD.items():
        yield _Part(watched.functions[name].metric_invocations(period=_DAY), usd)
        yield _time(watched, name)


def _batches(watched: Watched) -> Iterator[_Part]:
    """What works in batches, and all units of the tables, most of which it takes."""
    for name in BATCHES.stopped:
        yield _time(watched, name)
    for name in ("products", "pictures"):
        table = watched.tables[name]
        yield _Part(table.metric_consumed_read_capacity_units(period=_DAY), _READ_UNIT_USD)
        yield _Part(table.metric_consumed_write_capacity_units(period=_DAY), _WRITE_UNIT_USD)


def _time(watched: Watched, name: str) -> _Part:
    """The time of a function, with the memory that it has in this environment."""
    environment = watched.environment
    spec = with_models(fitted(function_spec(name), environment), environment)
    duration = watched.functions[name].metric_duration(statistic="Sum", period=_DAY)
    return _Part(duration, spec.memory_mib / 1024 / 1000 * _GIB_SECOND_USD)


class Breaker(Construct):
    """The function that an alarm calls: it takes their executions from the functions that spend.

    Attributes:
        errors: how often the function itself failed.

    Args:
        scope: the stack.
        watched: what is watched.
        factory: creates functions.
        spender: what is stopped.
        alarm: on what it costs.
    """

    def __init__(
        self,
        scope: Construct,
        watched: Watched,
        factory: FunctionFactory,
        spender: Spender,
        alarm: cloudwatch.Alarm,
    ) -> None:
        super().__init__(scope, spender.construct_id)
        stopped = [watched.functions[name] for name in spender.stopped]
        group = log_group(self, "Logs", watched.environment)
        arns = [function.function_arn for function in stopped]
        allowed = [_allow("lambda:PutFunctionConcurrency", *arns)]
        allowed += _stopping(Stack.of(self), watched.environment, spender.machine)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=[*allowed, write_logs(group)])},
        )
        names = {STOPPED_FUNCTIONS: ",".join(function.function_name for function in stopped)}
        if spender.machine:
            names[STOPPED_MACHINE] = machine_arn(
                Stack.of(self), watched.environment, spender.machine
            )
        function = factory.create(self, "Function", spender.breaker, Identity(role, group), names)
        alarm.add_alarm_action(actions.LambdaAction(function))
        self.errors = function.metric_errors()


def _stopping(stack: Stack, environment: Environment, work: str) -> list[iam.PolicyStatement]:
    """Permission to stop all executions of a state machine."""
    if not work:
        return []
    return [
        _allow("states:ListExecutions", machine_arn(stack, environment, work)),
        _allow("states:StopExecution", execution_arns(stack, environment, work)),
    ]


def _allow(action: str, *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=[action], resources=list(resources))


def failed_breakers(breakers: Sequence[Breaker]) -> AlarmSpec:
    """The alarm on the functions that stop what costs too much."""
    errors = {f"m{number}": breaker.errors for number, breaker in enumerate(breakers)}
    return AlarmSpec(
        name="breaker-errors",
        reason="A day has cost too much, and the function that stops what does has failed: it goes "
        "on costing.",
        metric=cloudwatch.MathExpression(
            expression=" + ".join(f"FILL({name}, 0)" for name in errors), using_metrics=errors
        ),
        threshold=0,
    )
