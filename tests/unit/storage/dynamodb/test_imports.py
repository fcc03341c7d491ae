"""The newest imports are listed by what lists them, however much else the table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.run_state import RunState
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.storage.dynamodb.faults import Faults

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


def _names(runs: list[ImportRun]) -> list[str]:
    return [run.import_id for run in runs]


def test_should_list_runs_without_a_scan(storage: DynamodbStorage, faults: Faults) -> None:
    for number in range(5):
        storage.imports.put(ImportRun(f"run-{number}", created_at=number / 10))
    storage.imports.add_failures(
        "run-4", [FailedRow(row, None, None, "no_picture", "None.") for row in range(30)]
    )
    faults.calls.clear()
    assert _names(storage.imports.newest(2)) == ["run-4", "run-3"]
    assert faults.calls == ["Query", "BatchGetItem"]


def test_should_list_all_runs_of_one_moment_once(storage: DynamodbStorage) -> None:
    for state in (RunState.RUNNING, RunState.DONE):
        for name in "abc":
            storage.imports.put(ImportRun(name, created_at=1e9, state=state))
    assert _names(storage.imports.newest(9)) == ["c", "b", "a"]


def test_should_see_what_its_own_transaction_puts(storage: DynamodbStorage) -> None:
    storage.imports.put(ImportRun("a", created_at=1))
    with storage.transaction():
        storage.imports.put(ImportRun("b", created_at=2))
        assert _names(storage.imports.newest(1)) == ["b"]
        assert _names(storage.imports.newest(9)) == ["b", "a"]


def test_should_leave_nothing_of_a_run_that_is_swept(
    client: DynamoDBClient, storage: DynamodbStorage
) -> None:
    storage.imports.put(ImportRun("a", created_at=1, state=RunState.DONE, finished_at=2))
    assert storage.imports.sweep(3) == 1
    assert client.scan(TableName=NAMES.imports, Select="COUNT")["Count"] == 0


def test_should_pass_over_a_run_that_has_expired_before_what_lists_it(
    client: DynamoDBClient, storage: DynamodbStorage
) -> None:
    for number in range(2):
        storage.imports.put(ImportRun(f"run-{number}", created_at=number))
    client.delete_item(
        TableName=NAMES.imports, Key={"import_id": {"S": "run-1"}, "row": {"N": "-1"}}
    )
    assert _names(storage.imports.newest(9)) == ["run-0"]
