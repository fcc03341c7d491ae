"""What costs too much within a day is stopped, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.environments import DEV, PROD
from lookalike.aws.breaker import STOPPED_FUNCTIONS, STOPPED_MACHINE
from tests.unit.infra.templates import Stack

ALARM = "AWS::CloudWatch::Alarm"
DAY = 86_400
MILLION = 1_000_000
LARGEST_IMPORT = PROD.load.imports_per_second * DAY
"""Pictures that an import loads in a day."""


def _alarm(stack: Stack, name: str) -> dict[str, Any]:
    (alarm,) = [a for a in stack.properties(ALARM) if a["AlarmName"].endswith(f"-{name}")]
    return alarm


def _usd(stack: Stack, name: str, used: Callable[[str, str], float]) -> float:
    """What an alarm makes of metrics.

    Args:
        stack: has the alarm.
        name: of the alarm.
        used: a metric's value, by its name and that of its resource.
    """
    queries = _alarm(stack, name)["Metrics"]
    (expression,) = [query["Expression"] for query in queries if "Expression" in query]
    values = {}
    for query in queries:
        if "MetricStat" in query:
            metric = query["MetricStat"]["Metric"]
            resource = " ".join(stack.words(each["Value"]) for each in metric["Dimensions"])
            values[query["Id"]] = used(metric["MetricName"], resource)
    terms = re.findall(r"FILL\((\w+), 0\) \* ([\d.]+)", expression)
    assert " + ".join(f"FILL({metric}, 0) * {price}" for metric, price in terms) == expression
    return sum(values[metric] * float(price) for metric, price in terms)


def _of_import(pictures: float) -> Callable[[str, str], float]:
    """What an import of so many new pictures uses, as docs/costs.md counts it."""

    def used(metric: str, resource: str) -> float:
        match metric:
            case "Duration" if "import_batch" in resource:
                return pictures * 250
            case "ConsumedWriteCapacityUnits" if "pictures" in resource.lower():
                return pictures * 43
            case "ConsumedReadCapacityUnits" if "pictures" in resource.lower():
                return pictures * 12
            case _:
                return 0

    return used


def _of_registrations(number: float) -> Callable[[str, str], float]:
    def used(metric: str, resource: str) -> float:
        if metric == "Count":
            return number
        calls = {"Invocations": number, "Duration": number * 100}
        return calls.get(metric, 0) if "manage_products" in resource else 0

    return used


@pytest.mark.parametrize(
    ("alarm", "limit", "breaker", "stopped"),
    [
        (
            "day-spending",
            PROD.thresholds.day_usd,
            "stop_callers",
            "<Functions/find_similar>,<Functions/manage_products>",
        ),
        (
            "batch-spending",
            PROD.thresholds.batch_day_usd,
            "stop_batches",
            "<Functions/import_batch>,<Functions/compare_pictures>",
        ),
    ],
)
def test_should_stop_what_costs_too_much_in_a_day(
    prod: Stack, alarm: str, limit: int, breaker: str, stopped: str
) -> None:
    found = _alarm(prod, alarm)
    (function,) = [prod.words(arn) for arn in found["AlarmActions"]][1:]
    variables = prod.function(breaker)["Environment"]["Variables"]
    assert found["Threshold"] == limit
    assert prod.words(variables[STOPPED_FUNCTIONS]) == stopped
    callers = {
        permission["Principal"]
        for permission in prod.properties("AWS::Lambda::Permission")
        if prod.words(permission["FunctionName"]) == function
    }
    assert callers == {"lambda.alarms.cloudwatch.amazonaws.com"}


def test_should_name_the_imports_that_are_to_be_stopped(prod: Stack) -> None:
    variables = prod.function("stop_batches")["Environment"]["Variables"]
    name = prod.words(variables[STOPPED_MACHINE]).rpartition(":")[2]
    assert name == prod.machine("imports")["StateMachineName"]
    assert STOPPED_MACHINE not in prod.function("stop_callers")["Environment"]["Variables"]


def test_should_not_refuse_callers_for_an_import(prod: Stack) -> None:
    assert _usd(prod, "day-spending", _of_import(LARGEST_IMPORT)) == 0


def test_should_count_an_import_as_the_page_of_costs_does(prod: Stack) -> None:
    """Without files, transitions and logs, which have no metrics of their own: 34.14 of 37.49."""
    spent = _usd(prod, "batch-spending", _of_import(MILLION))
    assert spent == pytest.approx(26.88 + 1.50 + 5.76, abs=0.01)
    assert spent * 10 < PROD.thresholds.batch_day_usd < spent * 12
    assert spent < DEV.thresholds.batch_day_usd < spent * 1.5


def test_should_count_registrations_as_the_page_of_costs_does(prod: Stack) -> None:
    """Without firewall, sync and logs: 35.43 of 37.21."""
    spent = _usd(prod, "day-spending", _of_registrations(MILLION))
    assert spent == pytest.approx(26.88 + 1.75 + 1.00 + 3.50 + 0.20 + 2.30, abs=0.6)
    assert spent < PROD.thresholds.day_usd


def test_should_count_the_memory_that_functions_have(small: Stack) -> None:
    """It is more with a small index."""
    for alarm, name in (("day-spending", "find_similar"), ("batch-spending", "import_batch")):

        def busy(metric: str, resource: str, name: str = name) -> float:
            return 1000 if metric == "Duration" and name in resource else 0

        gib = small.function(name)["MemorySize"] / 1024
        assert _usd(small, alarm, busy) == pytest.approx(gib * 13.3334e-6, rel=1e-4)


@pytest.mark.parametrize("alarm", ["day-spending", "batch-spending"])
def test_should_count_a_day_with_as_many_metrics_as_an_alarm_may_have(
    prod: Stack, alarm: str
) -> None:
    counted = [m["MetricStat"] for m in _alarm(prod, alarm)["Metrics"] if "MetricStat" in m]
    assert {m["Period"] for m in counted} == {DAY}
    assert {m["Stat"] for m in counted} <= {"Sum", "SampleCount"}
    assert len(counted) <= 10


@pytest.mark.parametrize(
    ("breaker", "stopped"),
    [
        ("stop_callers", ["find_similar", "manage_products"]),
        ("stop_batches", ["import_batch", "compare_pictures"]),
    ],
)
def test_should_let_a_breaker_stop_what_spends_alone(
    breaker: str, stopped: list[str], dev: Stack
) -> None:
    allowed = {(a, of) for a, of in dev.allowed(breaker) if a.startswith(("lambda:", "states:"))}
    states = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
    stopping = {
        ("states:ListExecutions", f"{states}:stateMachine:lookalike-dev-imports"),
        ("states:StopExecution", f"{states}:execution:lookalike-dev-imports:*"),
    }
    assert allowed == {
        *(("lambda:PutFunctionConcurrency", f"<Functions/{name}.Arn>") for name in stopped),
        *(stopping if breaker == "stop_batches" else ()),
    }
