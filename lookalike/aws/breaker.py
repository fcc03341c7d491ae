"""The breaker of a runaway day: functions that may not run cost nothing."""

from __future__ import annotations

import logging
import os

import boto3

STOPPED_FUNCTIONS = "LOOKALIKE_STOPPED_FUNCTIONS"
"""Environment variable with the names of the functions to stop, separated by commas."""

log = logging.getLogger("lookalike.breaker")


def stop_functions() -> None:
    """Take all executions from the functions; whoever calls them is then refused.

    An operator lets them run again (``docs/operations.md``). Reserving none is what AWS documents
    for stopping a function, and needs no quota:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html

    Raises:
        KeyError: the environment does not name any.
        botocore.exceptions.ClientError: Lambda refuses; the alarm calls again when it goes off.
    """
    client = boto3.client("lambda")
    for name in os.environ[STOPPED_FUNCTIONS].split(","):
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        log.warning("%s may not run until an operator lets it.", name)
