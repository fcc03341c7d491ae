"""Batches that wait in the state machine, where waiting costs nothing, until they can go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def pausing(each: Mapping[str, Any]) -> dict[str, Any]:
    """The same state, whose function answers how many seconds to wait until it is called again.

    It is told its last answer in ``done``; after a ``pause`` of 0 the batch is finished. Executions
    are standard ones, since express executions end after five minutes.

    Args:
        each: as of ``each_batch``.
    """
    processor = each["ItemProcessor"]
    work = {
        **processor["States"]["WorkOnBatch"],
        "ResultSelector": {"pause.$": "$.Payload.pause"},
        "ResultPath": "$.done",
        "Next": "IsUnfinished",
    }
    del work["End"]
    unfinished = {"Variable": "$.done.pause", "NumericGreaterThan": 0, "Next": "Pause"}
    states = {
        "WorkOnBatch": work,
        "IsUnfinished": {"Type": "Choice", "Choices": [unfinished], "Default": "Finished"},
        "Pause": {"Type": "Wait", "SecondsPath": "$.done.pause", "Next": "WorkOnBatch"},
        "Finished": {"Type": "Succeed"},
    }
    config = {**processor["ProcessorConfig"], "ExecutionType": "STANDARD"}
    return {**each, "ItemProcessor": {**processor, "ProcessorConfig": config, "States": states}}
