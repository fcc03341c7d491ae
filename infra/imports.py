"""The state machine of imports: it loads many batches at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.batch_machine import BatchMachine, BatchWork, each_batch
from infra.capacity import checked_batches, concurrency
from infra.data_stack import DataStack
from infra.environments import Environment
from infra.machine_names import IMPORTS, machine_arn
from infra.pausing_batches import pausing
from infra.state_machine import task
from lookalike.aws.imports.files import BATCHES, RESULTS
from lookalike.aws.imports.sync_files import DELETIONS

_FUNCTIONS = ("prepare_import", "import_batch", "plan_deletions", "finish_import")
_PREPARED = ("rows_left", "checks", "deletes", "segments", "batches", "results")
_LISTED = ("left", "batches", "results")
_SEGMENTS_AT_ONCE = 4
"""Four calls read some 40,000 products a second, less than half of what a new table gives."""
_ENDS = ["ABORTED", "FAILED", "TIMED_OUT"]
_STOPPED = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Finish"}
_CAUGHT = {"Catch": [_STOPPED]}


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
            batches=(BATCHES, DELETIONS),
            results=RESULTS,
        )
        super().__init__(scope, construct_id, environment, work, data)
        self._tell_of_stopped(environment, functions["finish_import"])

    def _tell_of_stopped(self, environment: Environment, last_step: lambda_.IFunction) -> None:
        """Call the last step of executions that end without it: stopped, or failed in it."""
        machine = machine_arn(Stack.of(self), environment, IMPORTS)
        events.Rule(
            self,
            "Stopped",
            description="Ends imports whose execution was stopped from outside.",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [machine], "status": _ENDS},
            ),
            targets=[targets.LambdaFunction(last_step)],
        )


def definition(arns: Mapping[str, str], bucket: str, at_once: AtOnce) -> dict[str, Any]:
    """The states, as Step Functions reads them.

    Of a sync, the catalogue is compared with the feed before its rows are loaded, and what left the
    feed is deleted when all of them are.

    Args:
        arns: of the functions, by name.
        bucket: of the files of imports.
        at_once: batches that are loaded at the same time.
    """
    plan, work = arns["plan_deletions"], arns["import_batch"]
    load = pausing(each_batch(work, bucket, at_once.unchecked, "Batches")) | _CAUGHT
    checked = {"Label": "Checked", "MaxConcurrency": at_once.checked}
    delete = each_batch(work, bucket, at_once.unchecked, "Deletions", "$.deleted") | _CAUGHT
    loaded = {"Next": "WasSync"}
    return {
        "Comment": "Loads a catalogue in batches. What is left is what the bucket still has.",
        "StartAt": "Prepare",
        "States": {
            "Prepare": {
                **_step(arns["prepare_import"], _PREPARED, "$.prepared"),
                "Next": "IsSync",
            },
            "IsSync": _if("$.prepared.deletes", "Compare", "IsAnythingLeft"),
            "Compare": _each_segment(plan) | _CAUGHT | {"Next": "Allow"},
            "Allow": {
                **_step(plan, ["allowed"], "$.limit", _told("allow", "attempt", "compared")),
                "Next": "IsAllowed",
            },
            "IsAllowed": _if("$.limit.allowed", "IsAnythingLeft", "Finish"),
            "IsAnythingLeft": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.prepared.rows_left", "NumericEquals": 0, **loaded},
                    {"Variable": "$.prepared.checks", "BooleanEquals": True, "Next": "LoadChecked"},
                ],
                "Default": "Load",
            },
            "Load": load | loaded,
            "LoadChecked": load | checked | loaded,
            "WasSync": _if("$.prepared.deletes", "ListDeletions", "Finish"),
            "ListDeletions": {
                **_step(plan, _LISTED, "$.prepared", _told("list", "attempt")),
                "Next": "IsAnyToDelete",
            },
            "IsAnyToDelete": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.prepared.left", "NumericGreaterThan": 0, "Next": "Delete"}
                ],
                "Default": "Finish",
            },
            "Delete": delete | {"Next": "Finish"},
            "Finish": {**task(arns["finish_import"]), "End": True},
        },
    }


def _step(
    function: str, answers: Iterable[str], path: str, payload: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A call of a function, of whose answer the state machine goes on with some parts."""
    return {
        **task(function, payload),
        "ResultSelector": {f"{name}.$": f"$.Payload.{name}" for name in answers},
        "ResultPath": path,
        **_CAUGHT,
    }


def _told(step: str, *names: str) -> dict[str, str]:
    """What ``plan_deletions`` is told."""
    return {"step": step} | {f"{name}.$": f"$.{name}" for name in ("import_id", *names)}


def _each_segment(function: str) -> dict[str, Any]:
    """A state in which each segment of the products table is compared by a call."""
    compared = {f"{name}.$": f"$.Payload.{name}" for name in ("products", "leaving")}
    return {
        "Type": "Map",
        "ItemsPath": "$.prepared.segments",
        "ItemSelector": _told("compare") | {"segment.$": "$$.Map.Item.Value"},
        "MaxConcurrency": _SEGMENTS_AT_ONCE,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "CompareSegment",
            "States": {
                "CompareSegment": {**task(function), "ResultSelector": compared, "End": True}
            },
        },
        "ResultPath": "$.compared",
    }


def _if(variable: str, then: str, otherwise: str) -> dict[str, Any]:
    choice = {"Variable": variable, "BooleanEquals": True, "Next": then}
    return {"Type": "Choice", "Choices": [choice], "Default": otherwise}
