"""The state machine of reconciliations works on all parts of a step, and then on the next one."""

from __future__ import annotations

import json
from typing import Any

from infra.environments import DEV, PROD
from lookalike.sync.reconciler import LEASE_SECONDS, MAX_ROUNDS
from tests.unit.infra.templates import Stack

FUNCTION = "<Functions/reconcile_index.Arn>"
MAX_EVENTS = 25_000
"""Of an execution.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
EVENTS_OF_A_PART = 7
EVENTS_OF_A_ROUND = 20
MAX_AT_ONCE = 40


def _states(stack: Stack) -> dict[str, Any]:
    """The states; tokens are words."""
    definition = stack.words(stack.machine("reconciliation")["DefinitionString"])
    states: dict[str, Any] = json.loads(definition)["States"]
    return states


def test_should_work_on_what_is_left_until_nothing_is(deployed: Stack) -> None:
    states = _states(deployed)
    assert states["Plan"]["Next"] == "IsAnythingLeft"
    [choice] = states["IsAnythingLeft"]["Choices"]
    assert choice == {"Variable": "$.left[0]", "IsPresent": True, "Next": "Work"}
    assert states[states["IsAnythingLeft"]["Default"]]["Type"] == "Succeed"
    assert states["Work"]["Next"] == "Plan", "which alone begins the next step"


def test_should_tell_the_function_who_asks_and_which_part_is_meant(deployed: Stack) -> None:
    states = _states(deployed)
    plan = states["Plan"]["Parameters"]
    assert plan["Payload"] == {"step": "plan", "worker.$": "$$.Execution.Id"}
    assert states["Work"]["ItemSelector"] == {"step": "work", "part.$": "$$.Map.Item.Value"}
    [work] = states["Work"]["ItemProcessor"]["States"].values()
    assert work["Parameters"] == {"FunctionName": FUNCTION, "Payload.$": "$"}
    assert plan["FunctionName"] == FUNCTION


def test_should_work_on_all_parts_at_once(dev: Stack, prod: Stack) -> None:
    for stack, environment in ((dev, DEV), (prod, PROD)):
        parts = environment.reconcile_parts
        assert _states(stack)["Work"]["MaxConcurrency"] == parts
        variables = stack.function("reconcile_index")["Environment"]["Variables"]
        assert variables["LOOKALIKE_RECONCILE_PARTS"] == str(parts)
    assert (DEV.reconcile_parts, PROD.reconcile_parts) == (1, 4)


def test_should_end_before_step_functions_ends_it() -> None:
    events = MAX_AT_ONCE * EVENTS_OF_A_PART + EVENTS_OF_A_ROUND
    assert MAX_ROUNDS * events < MAX_EVENTS


def test_should_be_alone_for_as_long_as_a_call_lasts(deployed: Stack) -> None:
    assert deployed.function("reconcile_index")["Timeout"] < LEASE_SECONDS


def test_should_allow_the_state_machine_to_call_its_function_alone(dev: Stack) -> None:
    allowed = dev.allowed_of_machine("reconciliation")
    others = {each for each in allowed if not each[0].startswith(("logs:", "xray:"))}
    assert others == {("lambda:InvokeFunction", FUNCTION)}


def test_should_let_the_schedule_start_that_state_machine_alone(dev: Stack) -> None:
    [policy] = [
        each
        for each in dev.properties("AWS::IAM::Policy")
        if "states:StartExecution" in str(each) and "reconciliation" in str(each)
    ]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "states:StartExecution"
    assert dev.words(statement["Resource"]).endswith(":stateMachine:lookalike-dev-reconciliation")
