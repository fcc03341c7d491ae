"""The state machine compares pictures and then pairs, and may do that and nothing else."""

from __future__ import annotations

import json
from typing import Any

from infra.capacity import COMPARED_SHARE, COMPARISON_SECONDS, concurrency
from infra.environments import DEV, PROD
from lookalike.storage.run_state import RunState
from tests.unit.infra.templates import Stack

FILES = "<Buckets/Imports.Arn>"
FUNCTIONS = ("prepare_duplicates", "compare_pictures", "finish_duplicates")


def _states(stack: Stack) -> dict[str, Any]:
    """The states; tokens are words."""
    definition = stack.words(stack.machine("duplicates")["DefinitionString"])
    states: dict[str, Any] = json.loads(definition)["States"]
    return states


def test_should_compare_pictures_and_then_pairs(deployed: Stack) -> None:
    states, names = _states(deployed), ["ListPictures"]
    while names[-1] != "HasFailed":
        state = states[names[-1]]
        names.append(state.get("Next") or state["Choices"][0]["Next"])
    assert [name for name in names if not name.startswith(("Is", "Has"))] == [
        "ListPictures",
        "ComparePictures",
        "ListPairs",
        "ComparePairs",
        "Finish",
    ]
    assert states["IsPictureLeft"]["Default"] == "ListPairs"
    assert states["IsPairLeft"]["Default"] == "Finish"
    lists = [states[each]["Parameters"]["Payload"] for each in ("ListPictures", "ListPairs")]
    assert [each["list"] for each in lists] == ["pictures", "pairs"]
    assert {each["run_id.$"] for each in lists} == {"$.run_id"}


def test_should_compare_many_batches_at_once_each_by_a_short_execution(deployed: Stack) -> None:
    states = _states(deployed)
    for name in ("ComparePictures", "ComparePairs"):
        processor = states[name]["ItemProcessor"]
        assert processor["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
        [task] = processor["States"].values()
        assert task["Parameters"]["FunctionName"] == "<Functions/compare_pictures.Arn>"
    assert states["ComparePictures"]["Label"] != states["ComparePairs"]["Label"]
    assert deployed.function("compare_pictures")["Timeout"] < 300, "an execution ends then"


def test_should_leave_searches_to_callers(dev: Stack, prod: Stack) -> None:
    counts = [_states(stack)["ComparePictures"]["MaxConcurrency"] for stack in (dev, prod)]
    assert counts == [concurrency(each.load)["compare_pictures"] for each in (DEV, PROD)]
    compared = (counts[1] - 1) / COMPARISON_SECONDS
    assert compared <= PROD.load.checks_per_second * COMPARED_SHARE


def test_should_end_every_search_whatever_stops_it(deployed: Stack) -> None:
    states = _states(deployed)
    working = {name for name, state in states.items() if state["Type"] in ("Task", "Map")}
    for name in working - {"GiveUp"}:
        [caught] = states[name]["Catch"]
        assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "GiveUp")
        assert caught["ResultPath"] == "$.error", "else GiveUp would not be told the run's id"
    assert states["GiveUp"]["Next"] == "HasFailed"
    assert states["GiveUp"]["Retry"][0]["MaxAttempts"] >= 2


def test_should_fail_where_a_search_has_failed_and_not_where_it_has_ended(
    deployed: Stack,
) -> None:
    """Whatever stops a search is caught, so that the execution would succeed."""
    states = _states(deployed)
    [failed] = states["HasFailed"]["Choices"]
    assert failed.pop("Next") == "Failed"
    assert failed == {"Variable": "$.Payload.state", "StringEquals": RunState.FAILED.value}
    ends = {name: states[name]["Type"] for name in ("Failed", states["HasFailed"]["Default"])}
    assert ends == {"Failed": "Fail", "Ended": "Succeed"}


def test_should_alarm_when_a_search_fails(deployed: Stack) -> None:
    alarms = deployed.properties("AWS::CloudWatch::Alarm")
    [alarm] = [each for each in alarms if each["AlarmName"].endswith("duplicates-failed")]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", "ExecutionsFailed")
    [machine] = alarm["Dimensions"]
    assert machine["Name"] == "StateMachineArn"
    name = deployed.words(machine["Value"]).rpartition(":stateMachine:")[2]
    assert name == deployed.machine("duplicates")["StateMachineName"]
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Sum", 0, 1)


def test_should_allow_the_state_machine_what_it_does(dev: Stack) -> None:
    allowed = dev.allowed_of_machine("duplicates")
    by_service = {action: of for action, of in allowed if action.startswith(("lambda", "s3"))}
    called = {of for action, of in allowed if action == "lambda:InvokeFunction"}
    assert called == {f"<Functions/{each}.Arn>" for each in FUNCTIONS}
    assert by_service["s3:PutObject"] == f"{FILES}/duplicates/results/*"
    assert by_service["s3:ListBucket"] == FILES
    started = {of for action, of in allowed if action == "states:StartExecution"}
    assert [of.rpartition(":")[2] for of in started] == ["lookalike-dev-duplicates"]
