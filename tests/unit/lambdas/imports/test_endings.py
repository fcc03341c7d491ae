"""Whatever ends an import on AWS, it is told once, together with the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from lookalike.aws.breaker import REACHED
from lookalike.aws.imports.last_step import LastStep
from lookalike.aws.imports.runner import DeployedImports
from lookalike.aws.state_machine import StateMachine
from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.storage.dynamodb.schema import EVENTS
from lookalike.storage.run_state import RunState
from tests.contract.storage.moto_dynamodb import NAMES, create_table
from tests.unit.lambdas.imports.conftest import Deployment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CATALOGUE = b"entity_id,image_url\n1,https://shop.example/1.jpg\n2,NULL\n"


def _states(deployment: Deployment, import_id: str) -> list[object]:
    return [event.data["state"] for event in deployment.told(import_id)]


def test_should_tell_once_of_an_import_that_is_done(deployment: Deployment) -> None:
    import_id = deployment.service.start(CATALOGUE).run.import_id
    deployment.run()
    deployment.finish()
    [event] = deployment.told(import_id)
    told = {name: event.data[name] for name in ("state", "total", "done", "failed")}
    assert told == {"state": "done", "total": 2, "done": 1, "failed": 1}


def test_should_tell_of_an_import_that_is_cancelled(deployment: Deployment) -> None:
    import_id = deployment.service.start(CATALOGUE).run.import_id
    deployment.begin()
    for _ in range(2):
        assert deployment.service.cancel(import_id).run.state is RunState.CANCELLED
    deployment.finish()
    assert _states(deployment, import_id) == ["cancelled"]
    deployment.service.resume(import_id, retry_failed=False)
    deployment.run()
    assert _states(deployment, import_id) == ["cancelled", "done"]


@pytest.mark.parametrize(
    ("status", "cause", "why"),
    [
        ("ABORTED", None, "its execution was stopped"),
        ("ABORTED", REACHED, REACHED),
        ("TIMED_OUT", None, "its execution took too long"),
        ("FAILED", None, "its execution failed"),
        ("FAILED", '{"errorMessage": "", "stackTrace": ["/var/task"]}', "its execution failed"),
    ],
)
def test_should_end_an_import_whose_execution_was_stopped(
    deployment: Deployment, status: str, cause: str | None, why: str
) -> None:
    """By somebody in the console, for what it costs, or in its last step."""
    import_id = deployment.service.start(CATALOGUE).run.import_id
    deployment.begin()
    work = {"import_id": import_id, "attempt": 1, "retry_failed": False}
    detail = {"status": status, "input": json.dumps(work), "error": None, "cause": cause}
    told = LastStep.of({"source": "aws.states", "detail": detail})
    assert deployment.ending.finish(told.import_id, told.attempt, told.error) == 1
    run = deployment.service.get(import_id).run
    assert run.state is RunState.FAILED
    assert run.detail.startswith(f"1 rows are left ({why}). POST")
    deployment.service.resume(import_id, retry_failed=False)
    deployment.run()
    assert _states(deployment, import_id) == ["failed", "done"]


def test_should_leave_an_import_as_it_was_cancelled(deployment: Deployment) -> None:
    """Whoever cancels it stops its execution, which EventBridge tells of."""
    import_id = deployment.service.start(CATALOGUE).run.import_id
    deployment.begin()
    deployment.service.cancel(import_id)
    assert deployment.ending.finish(import_id, 1, "its execution was stopped") == 0
    assert deployment.service.get(import_id).run.state is RunState.CANCELLED
    assert _states(deployment, import_id) == ["cancelled"]


def test_should_say_in_words_that_too_many_batches_failed() -> None:
    error = {"Error": "States.ExceedToleratedFailureThreshold", "Cause": ""}
    told = LastStep.of({"import_id": "i", "attempt": 2, "error": error})
    assert (told.import_id, told.attempt) == ("i", 2)
    assert "batch-spending" in told.error
    assert LastStep.of({"import_id": "i", "attempt": 2}).error == ""


def test_should_tell_of_an_import_that_cannot_be_started(deployment: Deployment) -> None:
    machine = StateMachine(_Away(), "arn:aws:states:eu-central-1:1:stateMachine:m")
    imports = DeployedImports(deployment.files, deployment.runs, machine)
    with pytest.raises(StorageUnavailableError):
        imports.start(CATALOGUE)
    [run] = deployment.storage.imports.newest(9)
    assert run.state is RunState.FAILED
    assert _states(deployment, run.import_id) == ["failed"]


def test_should_end_no_import_that_cannot_be_told_of(
    deployment: Deployment, dynamodb: DynamoDBClient
) -> None:
    """The next try of the last step does both."""
    import_id = deployment.service.start(CATALOGUE).run.import_id
    deployment.load(deployment.begin())
    dynamodb.delete_table(TableName=NAMES.events)
    for end in (deployment.finish, lambda: deployment.service.cancel(import_id)):
        with pytest.raises(StorageInvalidError):
            end()
        run = deployment.service.get(import_id).run
        assert (run.state, run.finished_at) == (RunState.RUNNING, None)
    create_table(dynamodb, NAMES.events, EVENTS)
    deployment.finish()
    assert _states(deployment, import_id) == ["done"]


class _Away:
    """Step Functions that refuses."""

    @staticmethod
    def start_execution(**_request: object) -> None:
        error = {"Error": {"Code": "StateMachineDoesNotExist", "Message": ""}}
        raise ClientError(error, "StartExecution")  # type: ignore[arg-type]
