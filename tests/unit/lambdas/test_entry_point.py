"""A function is built when Lambda starts it, and not by merely being imported."""

from __future__ import annotations

import json

import pytest
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import (
    NAMESPACE_VARIABLE,
    Answer,
    Event,
    Handler,
    entry_point,
)
from tests.unit.lambdas.calls import Context


class _Builds:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, metrics: Metrics) -> Handler:
        self.count += 1

        def handle(event: Event, _context: LambdaContext) -> Answer:
            metrics.add_metric("Things", MetricUnit.Count, 3)
            return {"got": event}

        return handle


@pytest.mark.usefixtures("deployed")
def test_should_build_nothing_before_the_first_call_elsewhere() -> None:
    builds = _Builds()
    handler = entry_point("a_function", builds)
    assert builds.count == 0
    assert [handler({"n": n}, Context()) for n in (1, 2)] == [{"got": {"n": 1}}, {"got": {"n": 2}}]
    assert builds.count == 1


@pytest.mark.usefixtures("deployed")
def test_should_be_built_when_lambda_imports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "a-function")
    builds = _Builds()
    entry_point("a_function", builds)
    assert builds.count == 1


@pytest.mark.usefixtures("deployed")
def test_should_send_metrics_by_environment_and_function(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAMESPACE_VARIABLE, "Lookalike/test")
    entry_point("a_function", _Builds())({}, Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [sent] = [line for line in lines if "Things" in line]
    assert (sent["service"], sent["Things"]) == ("a_function", [3.0])
    assert sent["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Lookalike/test"
    assert sent["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
