"""State machines that work on many batches at once, each by one call of a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.data_stack import DataStack
from infra.encryption import key_statements
from infra.environments import Environment
from infra.machine_names import execution_arns, machine_arn
from infra.state_machine import StateMachine, allow, task

TOLERATED_PERCENT = 5
"""Batches that may fail until a run stops: what callers have sent fails rows, never batches, so
more of them mean that something of ours is away."""
_LIST = "arn:aws:states:::s3:listObjectsV2"
_PUT = "arn:aws:states:::s3:putObject"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWork:
    """What a state machine works on.

    Attributes:
        name: of the work, as in ``infra/machine_names.py``.
        states: the states, as Step Functions reads them.
        functions: the ARNs of the functions that it calls.
        batches: the folders of batches in the bucket of imports.
        results: the folder for what became of them.
    """

    name: str
    states: Mapping[str, Any]
    functions: list[str]
    batches: Sequence[str]
    results: str


class BatchMachine(StateMachine):
    """A state machine that works on batches.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        environment: the environment.
        work: what it works on.
        data: has the bucket of its files.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        work: BatchWork,
        data: DataStack,
    ) -> None:
        allowed = [*_statements(Stack.of(scope), environment, work, data.imports_arn)]
        allowed += key_statements(data.key)
        super().__init__(
            scope, construct_id, environment, work.name, states=work.states, allowed=allowed
        )


def each_batch(
    function: str, bucket: str, at_once: int, label: str, result: str = "$.loaded"
) -> dict[str, Any]:
    """A state in which each batch that the bucket has is an execution of its own.

    (Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html)

    Args:
        function: the ARN of the function that works on a batch.
        bucket: that has them, below ``$.prepared.batches``.
        at_once: batches that are worked on at the same time.
        label: names its executions; another one for each such state.
        result: where the state's output goes. Not null, which the CDK drops: the output would take
            the place of the run's id.
    """
    return {
        "Type": "Map",
        "Label": label,
        "ItemReader": {
            "Resource": _LIST,
            "Parameters": {"Bucket": bucket, "Prefix.$": "$.prepared.batches"},
        },
        "ItemSelector": {"key.$": "$$.Map.Item.Value.Key"},
        "MaxConcurrency": at_once,
        "ToleratedFailurePercentage": TOLERATED_PERCENT,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "WorkOnBatch",
            "States": {
                "WorkOnBatch": {
                    **task(function),
                    "ResultSelector": {"done.$": "$.Payload"},
                    "End": True,
                }
            },
        },
        "ResultWriter": {
            "Resource": _PUT,
            "Parameters": {"Bucket": bucket, "Prefix.$": "$.prepared.results"},
        },
        "ResultPath": result,
    }


def _statements(
    stack: Stack, environment: Environment, work: BatchWork, bucket: str
) -> list[iam.PolicyStatement]:
    """What the state machine does, and nothing else."""
    results = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts"]
    executions = execution_arns(stack, environment, work.name)
    return [
        allow(["lambda:InvokeFunction"], *work.functions),
        allow(["s3:ListBucket"], bucket),
        allow(["s3:GetObject"], *(f"{bucket}/{folder}*" for folder in work.batches)),
        allow([*results, "s3:PutObject"], f"{bucket}/{work.results}*"),
        allow(["states:StartExecution"], machine_arn(stack, environment, work.name)),
        allow(["states:DescribeExecution", "states:StopExecution"], executions),
    ]
