"""Where a day of imports costs too much, they end, and their functions may not run."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock, call

import boto3
import pytest

from lambdas.stop_batches.handler import handler
from lookalike.aws.breaker import REACHED, SPENDING_LIMIT, STOPPED_FUNCTIONS, STOPPED_MACHINE

CONTEXT: Any = None
ROLE = "arn:aws:iam::123456789012:role/states"
WAITING = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}}


def _machine(client: Any, name: str) -> str:  # noqa: ANN401 - has no types
    """A state machine that runs for ever: moto does not work on it."""
    made = client.create_state_machine(name=name, definition=json.dumps(WAITING), roleArn=ROLE)
    return str(made["stateMachineArn"])


@pytest.mark.usefixtures("aws")
def test_should_stop_imports_and_their_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, functions = boto3.client("stepfunctions"), Mock()
    imports, others = _machine(steps, "imports"), _machine(steps, "duplicates")
    begun = [
        steps.start_execution(stateMachineArn=arn)["executionArn"]
        for arn in (imports, imports, others)
    ]
    made = {"lambda": functions, "stepfunctions": steps}
    monkeypatch.setattr(boto3, "client", made.__getitem__)
    monkeypatch.setenv(STOPPED_FUNCTIONS, "import_batch,compare_pictures")
    monkeypatch.setenv(STOPPED_MACHINE, imports)
    handler({"alarmData": {}}, CONTEXT)
    status = [steps.describe_execution(executionArn=arn)["status"] for arn in begun]
    assert status == ["ABORTED", "ABORTED", "RUNNING"]
    assert functions.put_function_concurrency.call_args_list == [
        call(FunctionName=name, ReservedConcurrentExecutions=0)
        for name in ("import_batch", "compare_pictures")
    ]


def test_should_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Mock()
    client.get_paginator.return_value.paginate.return_value = [
        {"executions": [{"executionArn": "one"}]},
        {"executions": [{"executionArn": "two"}]},
    ]
    monkeypatch.setattr(boto3, "client", lambda _: client)
    monkeypatch.setenv(STOPPED_FUNCTIONS, "import_batch")
    monkeypatch.setenv(STOPPED_MACHINE, "machine")
    handler({}, CONTEXT)
    assert client.stop_execution.call_args_list == [
        call(executionArn=arn, error=SPENDING_LIMIT, cause=REACHED) for arn in ("one", "two")
    ]
