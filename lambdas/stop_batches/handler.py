"""The Lambda that the alarm calls on what imports and searches for duplicates cost."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.breaker import stop_executions, stop_functions


def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Take their executions from the functions that work in batches, and stop imports."""
    stop_functions()
    stop_executions()
