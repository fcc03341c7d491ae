"""The breaker of a runaway day: what may not run costs nothing."""

from __future__ import annotations

import logging
import os

import boto3

STOPPED_FUNCTIONS = "LOOKALIKE_STOPPED_FUNCTIONS"
"""Environment variable with the names of the functions to stop, separated by commas."""

STOPPED_MACHINE = "LOOKALIKE_STOPPED_MACHINE"
"""Environment variable with the ARN of the state machine whose executions are stopped."""
SPENDING_LIMIT = "SpendingLimit"
REACHED = "the spending limit of the day was reached, and an operator has to let imports go on"
"""The error of a stopped execution, and its cause, which whoever began the work reads."""

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


def stop_executions() -> None:
    """Stop what a state machine works on, whose functions are refused from now on.

    Raises:
        KeyError: the environment does not name it.
        botocore.exceptions.ClientError: Step Functions refuses.
    """
    client = boto3.client("stepfunctions")
    running = client.get_paginator("list_executions").paginate(
        stateMachineArn=os.environ[STOPPED_MACHINE], statusFilter="RUNNING"
    )
    for execution in [each for page in running for each in page["executions"]]:
        arn = execution["executionArn"]
        client.stop_execution(executionArn=arn, error=SPENDING_LIMIT, cause=REACHED)
        log.warning("%s is stopped: %s.", arn, REACHED)
