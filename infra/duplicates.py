"""The state machine of searches for duplicates: it compares many batches at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.batch_machine import BatchMachine, BatchWork, each_batch
from infra.capacity import concurrency
from infra.data_stack import DataStack
from infra.environments import Environment
from infra.machine_names import DUPLICATES
from infra.state_machine import task
from lookalike.aws.duplicates.files import BATCHES, RESULTS
from lookalike.storage.run_state import RunState

_FUNCTIONS = ("prepare_duplicates", "compare_pictures", "finish_duplicates")
_PREPARED = ("left", "batches", "results")
_STOPPED = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GiveUp"}
_HAS_FAILED = {
    "Type": "Choice",
    "Choices": [
        {
            "Variable": "$.Payload.state",
            "StringEquals": RunState.FAILED.value,
            "Next": "Failed",
        }
    ],
    "Default": "Ended",
}
"""An execution ends as its search does, so that Step Functions counts searches that fail."""


class Duplicates(BatchMachine):
    """The state machine of searches for duplicates.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        environment: the environment.
        functions: the functions by name.
        data: has the bucket of their files.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        functions: Mapping[str, lambda_.Function],
        data: DataStack,
    ) -> None:
        arns = {each: functions[each].function_arn for each in _FUNCTIONS}
        at_once = concurrency(environment.load)["compare_pictures"]
        work = BatchWork(
            name=DUPLICATES,
            states=definition(arns, data.buckets.imports.bucket_name, at_once),
            functions=[*arns.values()],
            batches=[BATCHES],
            results=RESULTS,
        )
        super().__init__(scope, construct_id, environment, work, data)


def definition(arns: Mapping[str, str], bucket: str, at_once: int) -> dict[str, Any]:
    """The states, as Step Functions reads them.

    Pictures are compared with those that are near them, and then pairs that have a common
    neighbour.

    Args:
        arns: of the functions, by name.
        bucket: of the files of searches.
        at_once: batches that are compared at the same time.
    """
    compare = each_batch(arns["compare_pictures"], bucket, at_once, "Pictures", "$.compared")
    caught = {"Catch": [_STOPPED]}
    finish = task(arns["finish_duplicates"])
    return {
        "Comment": "Compares a catalogue in batches. What is left is what the bucket still has.",
        "StartAt": "ListPictures",
        "States": {
            "ListPictures": _listing(arns, "pictures") | {"Next": "IsPictureLeft"},
            "IsPictureLeft": _choice("ComparePictures", "ListPairs"),
            "ComparePictures": compare | caught | {"Next": "ListPairs"},
            "ListPairs": _listing(arns, "pairs") | {"Next": "IsPairLeft"},
            "IsPairLeft": _choice("ComparePairs", "Finish"),
            "ComparePairs": compare | caught | {"Label": "Pairs", "Next": "Finish"},
            "Finish": finish | caught | {"Next": "HasFailed"},
            "GiveUp": finish | {"Next": "HasFailed"},
            "HasFailed": _HAS_FAILED,
            "Failed": {"Type": "Fail", "Error": "SearchFailed", "Cause": "See finish_duplicates."},
            "Ended": {"Type": "Succeed"},
        },
    }


def _listing(arns: Mapping[str, str], what: str) -> dict[str, Any]:
    return {
        **task(arns["prepare_duplicates"], {"run_id.$": "$.run_id", "list": what}),
        "ResultSelector": {f"{name}.$": f"$.Payload.{name}" for name in _PREPARED},
        "ResultPath": "$.prepared",
        "Catch": [_STOPPED],
    }


def _choice(compare: str, otherwise: str) -> dict[str, Any]:
    """Whether any batch is left."""
    left = {"Variable": "$.prepared.left", "NumericGreaterThan": 0, "Next": compare}
    return {"Type": "Choice", "Choices": [left], "Default": otherwise}
