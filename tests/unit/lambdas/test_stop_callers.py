"""The breaker takes their executions from the functions that it is told of."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock, call

import boto3
import pytest

from lambdas.stop_callers.handler import handler
from lookalike.aws.breaker import STOPPED_FUNCTIONS

CONTEXT: Any = None


def test_should_stop_every_function(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Mock()
    monkeypatch.setattr(boto3, "client", {"lambda": client}.__getitem__)
    monkeypatch.setenv(STOPPED_FUNCTIONS, "find,manage")
    handler({"alarmData": {}}, CONTEXT)
    assert client.put_function_concurrency.call_args_list == [
        call(FunctionName=name, ReservedConcurrentExecutions=0) for name in ("find", "manage")
    ]


def test_should_say_so_where_it_is_told_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "client", lambda _: Mock())
    monkeypatch.delenv(STOPPED_FUNCTIONS, raising=False)
    with pytest.raises(KeyError, match=STOPPED_FUNCTIONS):
        handler({}, CONTEXT)
