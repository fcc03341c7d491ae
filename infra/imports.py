"""The state machine of imports: it loads many batches at once, each by one call of a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.capacity import concurrency
from infra.data_stack import DataStack
from infra.encryption import key_statements
from infra.environments import Environment
from infra.import_names import execution_arns, machine_arn, machine_name
from infra.log_groups import log_group
from lookalike.aws.imports.files import BATCHES, RESULTS

TOLERATED_PERCENT = 5
"""Batches that may fail until an import stops: a shop's server fails rows, never batches, so more
of them mean that something of ours is away."""
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
_FUNCTIONS = ("prepare_import", "import_batch", "finish_import")


class Imports(Construct):
    """The state machine, its role and its log.

    It uses the CloudFormation resource, since the more convenient one gives its role more than it
    needs.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        environment: the environment.
        functions: the functions by name.
        data: has the bucket of the files of imports.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        functions: Mapping[str, lambda_.Function],
        data: DataStack,
    ) -> None:
        super().__init__(scope, construct_id)
        stack, name = Stack.of(self), machine_name(environment)
        group = log_group(self, "Logs", environment, f"/aws/vendedlogs/states/{name}")
        arns = {each: functions[each].function_arn for each in _FUNCTIONS}
        allowed = [*_statements(stack, environment, arns, data.imports_arn)]
        allowed += key_statements(data.key)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=allowed)},
        )
        machine, bucket = sfn.CfnStateMachine, data.buckets.imports.bucket_name
        at_once = concurrency(environment.load)["import_batch"]
        machine(
            self,
            "Machine",
            state_machine_name=name,
            role_arn=role.role_arn,
            definition_string=stack.to_json_string(definition(arns, bucket, at_once)),
            logging_configuration=machine.LoggingConfigurationProperty(
                level="ALL",
                include_execution_data=False,
                destinations=[
                    machine.LogDestinationProperty(
                        cloud_watch_logs_log_group=machine.CloudWatchLogsLogGroupProperty(
                            log_group_arn=group.log_group_arn
                        )
                    )
                ],
            ),
            tracing_configuration=machine.TracingConfigurationProperty(enabled=True),
        )


def definition(arns: Mapping[str, str], bucket: str, at_once: int) -> dict[str, Any]:
    """The states, as Step Functions reads them.

    (Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html)

    Args:
        arns: of the functions, by name.
        bucket: of the files of imports.
        at_once: batches that are loaded at the same time.
    """
    stopped = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Finish"}
    prepared = {f"{name}.$": f"$.Payload.{name}" for name in ("rows_left", "batches", "results")}
    return {
        "Comment": "Loads a catalogue in batches. What is left is what the bucket still has.",
        "StartAt": "Prepare",
        "States": {
            "Prepare": {
                **_task(arns["prepare_import"]),
                "ResultSelector": prepared,
                "ResultPath": "$.prepared",
                "Catch": [stopped],
                "Next": "IsAnythingLeft",
            },
            "IsAnythingLeft": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.prepared.rows_left", "NumericGreaterThan": 0, "Next": "Load"}
                ],
                "Default": "Finish",
            },
            "Load": _load(arns["import_batch"], bucket, at_once)
            | {"Catch": [stopped], "Next": "Finish"},
            "Finish": {**_task(arns["finish_import"]), "End": True},
        },
    }


def _load(function: str, bucket: str, at_once: int) -> dict[str, Any]:
    """Each batch that the bucket has is an execution of its own."""
    return {
        "Type": "Map",
        "Label": "Batches",
        "ItemReader": {
            "Resource": _LIST,
            "Parameters": {"Bucket": bucket, "Prefix.$": "$.prepared.batches"},
        },
        "ItemSelector": {"key.$": "$$.Map.Item.Value.Key"},
        "MaxConcurrency": at_once,
        "ToleratedFailurePercentage": TOLERATED_PERCENT,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "LoadBatch",
            "States": {
                "LoadBatch": {
                    **_task(function),
                    "ResultSelector": {"rows.$": "$.Payload.rows"},
                    "End": True,
                }
            },
        },
        "ResultWriter": {
            "Resource": _PUT,
            "Parameters": {"Bucket": bucket, "Prefix.$": "$.prepared.results"},
        },
        # Not null, which the CDK drops: the output would take the place of the import's id.
        "ResultPath": "$.loaded",
    }


def _task(function: str) -> dict[str, Any]:
    """A call of a function, tried again where it fails for whatever reason."""
    return {
        "Type": "Task",
        "Resource": _INVOKE,
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
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
    stack: Stack, environment: Environment, arns: Mapping[str, str], bucket: str
) -> list[iam.PolicyStatement]:
    """What the state machine does, and nothing else."""
    results = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts"]
    return [
        _allow(["lambda:InvokeFunction"], *arns.values()),
        _allow(["s3:ListBucket"], bucket),
        _allow(["s3:GetObject"], f"{bucket}/{BATCHES}*"),
        _allow([*results, "s3:PutObject"], f"{bucket}/{RESULTS}*"),
        _allow(["states:StartExecution"], machine_arn(stack, environment)),
        _allow(
            ["states:DescribeExecution", "states:StopExecution"], execution_arns(stack, environment)
        ),
        _allow([f"logs:{verb}" for verb in _LOG_DELIVERY], "*"),
        _allow([f"xray:{verb}" for verb in _TRACE], "*"),
    ]


def _allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))
