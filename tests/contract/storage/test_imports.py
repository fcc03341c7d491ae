from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.errors import BadParameterError, UnknownImportError
from lookalike.storage.import_runs import FailedRow, ImportMode, ImportRun
from lookalike.storage.interfaces import Storage
from lookalike.storage.run_state import RunState
from tests.contract.storage.conftest import Reopen

RUN = ImportRun("run-1", created_at=1_000.5)


def a_failed_row(number: int, code: str = "image_corrupt") -> FailedRow:
    return FailedRow(number, f"entity-{number}", None, code, f"Row {number} is bad.")


def test_should_give_back_what_was_put_last(storage: Storage, reopen: Reopen) -> None:
    finished = replace(
        RUN,
        state=RunState.DONE,
        finished_at=2_000.25,
        total=100,
        done=90,
        failed=3,
        unchanged=7,
        started_at=1_500.5,
        rows_before=40,
        mode=ImportMode.SYNC,
        max_deletions="10%",
        scope={"seller": "é"},
        deleted=9,
        detail="Too many.",
        columns={"sku": "", "image_url": "Bild ü"},
        dry_run=True,
    )
    storage.imports.put(RUN)
    assert storage.imports.get("run-1") == RUN

    storage.imports.put(finished)

    assert reopen(storage).imports.get("run-1") == finished


def test_should_list_the_running_ones_oldest_first(storage: Storage, reopen: Reopen) -> None:
    for number, state in enumerate(RunState):
        storage.imports.put(ImportRun(f"a-{number}", created_at=9 - number, state=state))
    storage.imports.put(ImportRun("b", created_at=1))

    assert [run.import_id for run in reopen(storage).imports.running()] == ["b", "a-0"]


def test_should_list_the_newest_first(storage: Storage, reopen: Reopen) -> None:
    for name, created_at in (("b", 2.0), ("a", 1.0), ("d", 3.5), ("c", 3.5)):
        storage.imports.put(ImportRun(name, created_at=created_at))
    storage.imports.add_failures("d", [a_failed_row(1)])

    imports = reopen(storage).imports
    assert [run.import_id for run in imports.newest(9)] == ["d", "c", "b", "a"]
    assert [run.import_id for run in imports.newest(2)] == ["d", "c"]


def test_should_list_failed_rows_in_pages_by_row(storage: Storage, reopen: Reopen) -> None:
    storage.imports.put(RUN)
    storage.imports.put(replace(RUN, import_id="other"))
    storage.imports.add_failures("run-1", [a_failed_row(n) for n in (7, 0, 3)])
    storage.imports.add_failures("run-1", [a_failed_row(n) for n in (1, 20)])
    storage.imports.add_failures("other", [a_failed_row(2)])

    imports = reopen(storage).imports
    assert imports.failures("run-1", limit=2) == [a_failed_row(0), a_failed_row(1)]
    assert imports.failures("run-1", after=1, limit=2) == [a_failed_row(3), a_failed_row(7)]
    assert imports.failures("run-1", after=7) == [a_failed_row(20)]
    assert imports.failures("run-1", after=20) == []


def test_should_add_a_failed_row_twice_as_once(storage: Storage, reopen: Reopen) -> None:
    storage.imports.put(RUN)
    storage.imports.add_failures("run-1", [a_failed_row(1), a_failed_row(1)])
    storage.imports.add_failures("run-1", [a_failed_row(1, code="no_picture")])

    assert reopen(storage).imports.failures("run-1") == [a_failed_row(1, code="no_picture")]


def test_should_keep_failed_rows_when_the_run_is_put_again(
    storage: Storage, reopen: Reopen
) -> None:
    storage.imports.put(RUN)
    storage.imports.add_failures("run-1", [a_failed_row(1)])
    storage.imports.put(replace(RUN, failed=1))

    assert reopen(storage).imports.failures("run-1") == [a_failed_row(1)]


def test_should_remove_runs_that_ended_long_ago(storage: Storage, reopen: Reopen) -> None:
    ends = {"old": 5.0, "older": 1.0, "new": 10.0, "running": None}
    for import_id, finished_at in ends.items():
        state = RunState.RUNNING if finished_at is None else RunState.CANCELLED
        storage.imports.put(ImportRun(import_id, 1.0, state, finished_at))
        storage.imports.add_failures(import_id, [a_failed_row(1), a_failed_row(2)])

    assert storage.imports.sweep(10.0) == 2
    assert storage.imports.sweep(10.0) == 0

    imports = reopen(storage).imports
    for import_id in ("old", "older"):
        with pytest.raises(UnknownImportError):
            imports.get(import_id)
        imports.put(ImportRun(import_id, 1.0))
        assert imports.failures(import_id) == []
    for import_id in ("new", "running"):
        assert len(imports.failures(import_id)) == 2


def test_should_know_no_import_that_was_not_put(storage: Storage) -> None:
    with pytest.raises(UnknownImportError, match="nobody"):
        storage.imports.get("nobody")
    with pytest.raises(UnknownImportError):
        storage.imports.failures("nobody")
    with pytest.raises(UnknownImportError):
        storage.imports.add_failures("nobody", [a_failed_row(1)])
    assert storage.imports.running() == []


def test_should_refuse_lone_surrogates(storage: Storage) -> None:
    storage.imports.put(RUN)
    with pytest.raises(BadParameterError):
        storage.imports.put(replace(RUN, import_id="\ud800"))
    with pytest.raises(BadParameterError):
        storage.imports.get("\ud800")
    with pytest.raises(BadParameterError):
        storage.imports.add_failures("run-1", [replace(a_failed_row(1), entity_id="\ud800")])
    assert storage.imports.failures("run-1") == []
