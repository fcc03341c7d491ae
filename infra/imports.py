"""The state machine of imports: it loads many batches at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.batch_machine import BatchMachine, BatchWork, each_batch, task
from infra.capacity import checked_batches, concurrency
from infra.data_stack import DataStack
from infra.environments import Environment
from infra.machine_names import IMPORTS
from lookalike.aws.imports.files import BATCHES, RESULTS

_FUNCTIONS = ("prepare_import", "import_batch", "finish_import")
_PREPARED = ("rows_left", "checks", "batches", "results")


@dataclass(frozen=True, slots=True)
class AtOnce:
    """How many batches are loaded at the same time.

    Attributes:
        unchecked: of imports that store whatever comes.
        checked: of those that check products before.
    """

    unchecked: int
    checked: int


class Imports(BatchMachine):
    """The state machine of imports.

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
        arns = {each: functions[each].function_arn for each in _FUNCTIONS}
        load = environment.load
        at_once = AtOnce(concurrency(load)["import_batch"], checked_batches(load))
        work = BatchWork(
            name=IMPORTS,
            states=definition(arns, data.buckets.imports.bucket_name, at_once),
            functions=[*arns.values()],
            batches=BATCHES,
            results=RESULTS,
        )
        super().__init__(scope, construct_id, environment, work, data)


def definition(arns: Mapping[str, str], bucket: str, at_once: AtOnce) -> dict[str, Any]:
    """The states, as Step Functions reads them.

    Args:
        arns: of the functions, by name.
        bucket: of the files of imports.
        at_once: batches that are loaded at the same time.
    """
    stopped = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Finish"}
    prepared = {f"{name}.$": f"$.Payload.{name}" for name in _PREPARED}
    loaded = {"Catch": [stopped], "Next": "Finish"}
    function = arns["import_batch"]
    return {
        "Comment": "Loads a catalogue in batches. What is left is what the bucket still has.",
        "StartAt": "Prepare",
        "States": {
            "Prepare": {
                **task(arns["prepare_import"]),
                "ResultSelector": prepared,
                "ResultPath": "$.prepared",
                "Catch": [stopped],
                "Next": "IsAnythingLeft",
            },
            "IsAnythingLeft": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.prepared.rows_left", "NumericEquals": 0, "Next": "Finish"},
                    {"Variable": "$.prepared.checks", "BooleanEquals": True, "Next": "LoadChecked"},
                ],
                "Default": "Load",
            },
            "Load": each_batch(function, bucket, at_once.unchecked, "Batches") | loaded,
            "LoadChecked": each_batch(function, bucket, at_once.checked, "Checked") | loaded,
            "Finish": {**task(arns["finish_import"]), "End": True},
        },
    }
