"""State machines that work on many batches at once, each by one call of a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.data_stack import DataStack
from infra.encryption import key_statements
from infra.environments import Environment
from infra.log_groups import log_group
from infra.machine_names import execution_arns, machine_arn, machine_name

TOLERATED_PERCENT = 5
"""Batches that may fail until a run stops: what callers have sent fails rows, never batches, so
more of them mean that something of ours is away."""
_LIST = "arn:aws:states:::s3:listObjectsV2"
_PUT = "arn:aws:states:::s3:putObject"
_INVOKE = "arn:aws:states:::lambda:invoke"
_LOG_DELIVERY = (
    "CreateLogDelivery",
    "DeleteLogDelivery",
    "DescribeLogGroups",
    "DescribeResourcePolicies",
    "GetLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "UpdateLogDelivery",
)
"""What Step Functions does to deliver logs; none of it has resources.
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"""
_TRACE = ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")


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


class BatchMachine(Construct):
    """A state machine, its role and its log.

    It uses the CloudFormation resource, since the more convenient one gives its role more than it
    needs.

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
        super().__init__(scope, construct_id)
        stack, name = Stack.of(self), machine_name(environment, work.name)
        group = log_group(self, "Logs", environment, f"/aws/vendedlogs/states/{name}")
        allowed = [*_statements(stack, environment, work, data.imports_arn)]
        allowed += key_statements(data.key)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=allowed)},
        )
        machine = sfn.CfnStateMachine
        destination = machine.CloudWatchLogsLogGroupProperty(log_group_arn=group.log_group_arn)
        machine(
            self,
            "Machine",
            state_machine_name=name,
            role_arn=role.role_arn,
            definition_string=stack.to_json_string(dict(work.states)),
            logging_configuration=machine.LoggingConfigurationProperty(
                level="ALL",
                include_execution_data=False,
                destinations=[
                    machine.LogDestinationProperty(cloud_watch_logs_log_group=destination)
                ],
            ),
            tracing_configuration=machine.TracingConfigurationProperty(enabled=True),
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


def task(function: str, payload: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A call of a function, tried again where it fails for whatever reason.

    Args:
        function: its ARN.
        payload: what it is told; ``None``: all that the state is told.
    """
    told = {"Payload.$": "$"} if payload is None else {"Payload": dict(payload)}
    return {
        "Type": "Task",
        "Resource": _INVOKE,
        "Parameters": {"FunctionName": function, **told},
        "Retry": [
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 2,
                "BackoffRate": 3,
                "MaxAttempts": 3,
                "JitterStrategy": "FULL",
            }
        ],
    }


def _statements(
    stack: Stack, environment: Environment, work: BatchWork, bucket: str
) -> list[iam.PolicyStatement]:
    """What the state machine does, and nothing else."""
    results = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts"]
    executions = execution_arns(stack, environment, work.name)
    return [
        _allow(["lambda:InvokeFunction"], *work.functions),
        _allow(["s3:ListBucket"], bucket),
        _allow(["s3:GetObject"], *(f"{bucket}/{folder}*" for folder in work.batches)),
        _allow([*results, "s3:PutObject"], f"{bucket}/{work.results}*"),
        _allow(["states:StartExecution"], machine_arn(stack, environment, work.name)),
        _allow(["states:DescribeExecution", "states:StopExecution"], executions),
        _allow([f"logs:{verb}" for verb in _LOG_DELIVERY], "*"),
        _allow([f"xray:{verb}" for verb in _TRACE], "*"),
    ]


def _allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))
