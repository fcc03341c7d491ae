"""The state machine loads batches that the bucket has, and may do that and nothing else."""

from __future__ import annotations

import json
from typing import Any

from infra.batch_machine import TOLERATED_PERCENT
from infra.capacity import COMPARED_SHARE, COMPARISON_SECONDS, IMPORT_SECONDS, concurrency
from infra.environments import DEV, PROD
from lookalike.aws.imports.host_slots import LEASE_SECONDS
from lookalike.aws.imports.sync_files import SEGMENTS
from tests.unit.infra.templates import Stack

FILES = "<Buckets/Imports.Arn>"
STATES = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"


def _states(stack: Stack) -> dict[str, Any]:
    """The states of imports; tokens are words."""
    machine = stack.machine("imports")
    states: dict[str, Any] = json.loads(stack.words(machine["DefinitionString"]))["States"]
    return states


def test_should_load_many_batches_at_once_each_by_an_execution(deployed: Stack) -> None:
    load = _states(deployed)["Load"]
    processor = load["ItemProcessor"]
    assert processor["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert load["ItemReader"]["Resource"] == "arn:aws:states:::s3:listObjectsV2"
    assert load["ToleratedFailurePercentage"] == TOLERATED_PERCENT
    assert load["ResultWriter"]["Parameters"]["Prefix.$"] == "$.prepared.results"
    assert load["ResultPath"] == "$.loaded", "else Finish would not be told the import's id"
    task = processor["States"]["WorkOnBatch"]
    assert task["Parameters"]["FunctionName"] == "<Functions/import_batch.Arn>"


def test_should_wait_for_hosts_as_long_as_the_function_says(deployed: Stack) -> None:
    for name in ("Load", "LoadChecked"):
        states = _states(deployed)[name]["ItemProcessor"]["States"]
        task, pause = states["WorkOnBatch"], states["Pause"]
        assert task["ResultSelector"] == {"pause.$": "$.Payload.pause"}
        assert task["ResultPath"] == "$.done", "else it would not be told the batch again"
        assert task["Parameters"]["Payload.$"] == "$"
        [unfinished] = states[task["Next"]]["Choices"]
        assert (unfinished["Variable"], unfinished["Next"]) == ("$.done.pause", "Pause")
        assert (pause["SecondsPath"], pause["Next"]) == ("$.done.pause", "WorkOnBatch")
        assert states[states[task["Next"]]["Default"]]["Type"] == "Succeed"


def test_should_end_functions_before_others_take_their_slots(deployed: Stack) -> None:
    function = deployed.function("import_batch")
    variables = function["Environment"]["Variables"]
    assert function["Timeout"] + 30 < LEASE_SECONDS, "clocks may differ by half a minute"
    assert int(variables["LOOKALIKE_DOWNLOADS_PER_HOST"]) == DEV.downloads_per_host == 16
    assert variables["LOOKALIKE_OBEY_ROBOTS_TXT"] == str(DEV.obey_robots_txt).lower() == "false"


def test_should_load_as_many_at_once_as_the_load_needs(dev: Stack, prod: Stack) -> None:
    counts = [_states(stack)["Load"]["MaxConcurrency"] for stack in (dev, prod)]
    assert counts == [concurrency(each.load)["import_batch"] for each in (DEV, PROD)]
    assert counts[1] == PROD.load.imports_per_second * IMPORT_SECONDS == 100
    assert prod.function("import_batch")["ReservedConcurrentExecutions"] == 100
    assert 1_000_000 / PROD.load.imports_per_second < 3600, "a million pictures in an hour"


def test_should_leave_searches_to_callers_while_products_are_checked(prod: Stack) -> None:
    states = _states(prod)
    _, checked = states["IsAnythingLeft"]["Choices"]
    assert (checked["Variable"], checked["Next"]) == ("$.prepared.checks", "LoadChecked")
    at_once = states["LoadChecked"]["MaxConcurrency"]
    searches = at_once / (IMPORT_SECONDS + COMPARISON_SECONDS)
    assert searches < PROD.load.checks_per_second * COMPARED_SHARE + 2
    alike = {"Label", "MaxConcurrency"}
    assert {
        name for name in states["Load"] if states["Load"][name] != states["LoadChecked"][name]
    } == alike


def test_should_end_every_import_whatever_stops_it(deployed: Stack) -> None:
    states = _states(deployed)
    working = {name for name, state in states.items() if state["Type"] in {"Map", "Task"}}
    for name in working - {"Finish"}:
        [caught] = states[name]["Catch"]
        assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "Finish")
    nothing, *_ = states["IsAnythingLeft"]["Choices"]
    assert (nothing["NumericEquals"], nothing["Next"]) == (0, "WasSync")
    assert states["WasSync"]["Default"] == states["IsAnyToDelete"]["Default"] == "Finish"
    assert states["Finish"]["End"]


def test_should_judge_deletions_before_rows_are_loaded_and_delete_after(deployed: Stack) -> None:
    states = _states(deployed)

    def then(name: str) -> str:
        [choice] = states[name]["Choices"]
        return str(choice["Next"])

    assert states["Prepare"]["Next"] == "IsSync"
    assert (then("IsSync"), states["IsSync"]["Default"]) == ("Compare", "IsAnythingLeft")
    assert (states["Compare"]["Next"], states["Allow"]["Next"]) == ("Allow", "IsAllowed")
    assert (then("IsAllowed"), states["IsAllowed"]["Default"]) == ("IsAnythingLeft", "Finish")
    assert {states[name]["Next"] for name in ("Load", "LoadChecked")} == {"WasSync"}
    assert (then("WasSync"), states["ListDeletions"]["Next"]) == ("ListDeletions", "IsAnyToDelete")
    assert (then("IsAnyToDelete"), states["Delete"]["Next"]) == ("Delete", "Finish")


def test_should_compare_segments_by_a_call_each(deployed: Stack) -> None:
    compare = _states(deployed)["Compare"]
    assert compare["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
    assert 1 < compare["MaxConcurrency"] < SEGMENTS <= 40, "an inline map has forty at once"
    [task] = compare["ItemProcessor"]["States"].values()
    assert task["Parameters"]["FunctionName"] == "<Functions/plan_deletions.Arn>"
    [loading] = _states(deployed)["Delete"]["ItemProcessor"]["States"].values()
    assert loading["Parameters"]["FunctionName"] == "<Functions/import_batch.Arn>"


def test_should_try_every_function_again(deployed: Stack) -> None:
    states = _states(deployed)
    within = [
        task
        for state in states.values()
        for task in state.get("ItemProcessor", {}).get("States", {}).values()
    ]
    tasks = [each for each in (*states.values(), *within) if each["Type"] == "Task"]
    assert len(tasks) == 8
    for each in tasks:
        assert each["Retry"][0]["MaxAttempts"] >= 2
        assert each["Retry"][0]["BackoffRate"] > 1


def test_should_allow_the_state_machine_what_it_does(dev: Stack) -> None:
    allowed = dev.allowed_of_machine("imports")
    name = "lookalike-dev-imports"
    functions = ("prepare_import", "import_batch", "plan_deletions", "finish_import")
    results = ("AbortMultipartUpload", "GetObject", "ListMultipartUploadParts", "PutObject")
    assert {each for each in allowed if each[1] != "*"} == {
        *(("lambda:InvokeFunction", f"<Functions/{each}.Arn>") for each in functions),
        ("s3:ListBucket", FILES),
        *(("s3:GetObject", f"{FILES}/{folder}/*") for folder in ("batches", "deletions")),
        *((f"s3:{verb}", f"{FILES}/results/*") for verb in results),
        ("states:StartExecution", f"{STATES}:stateMachine:{name}"),
        ("states:DescribeExecution", f"{STATES}:execution:{name}:*"),
        ("states:StopExecution", f"{STATES}:execution:{name}:*"),
    }
    assert {action.partition(":")[0] for action, of in allowed if of == "*"} == {"logs", "xray"}


def test_should_log_executions_without_what_is_in_them(deployed: Stack) -> None:
    machine = deployed.machine("imports")
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_should_hear_of_an_import_that_ended_too_early(deployed: Stack) -> None:
    alarms = deployed.properties("AWS::CloudWatch::Alarm")
    [alarm] = [each for each in alarms if each["AlarmName"].endswith("imports-unfinished")]
    assert alarm["MetricName"] == "RowsLeft"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "finish_import"}]


def test_should_hear_of_an_import_that_nothing_has_ended(deployed: Stack) -> None:
    """Whatever fails before the last step is caught, and that one ends the import."""
    alarms = deployed.properties("AWS::CloudWatch::Alarm")
    [alarm] = [each for each in alarms if each["AlarmName"].endswith("imports-failed")]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", "ExecutionsFailed")
    [machine] = alarm["Dimensions"]
    name = deployed.words(machine["Value"]).rpartition(":stateMachine:")[2]
    assert name == deployed.machine("imports")["StateMachineName"]
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Sum", 0, 1)
    assert not [each for each in alarms if each["AlarmName"].endswith("finish_import-errors")]
