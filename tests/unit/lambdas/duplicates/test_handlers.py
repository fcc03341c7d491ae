"""The functions that search for duplicates are built from their settings, and work together."""

from __future__ import annotations

import pytest

from lambdas.compare_pictures import handler as compare_pictures
from lambdas.finish_duplicates import handler as finish_duplicates
from lambdas.prepare_duplicates import handler as prepare_duplicates
from lookalike.aws.duplicates.places import Places
from lookalike.aws.entry_point import entry_point
from lookalike.aws.settings import DuplicateSettings, read_settings
from lookalike.storage.duplicates import DuplicateRun
from lookalike.storage.run_state import RunState
from tests.unit.aws import BUCKET, deployed
from tests.unit.lambdas.calls import Context

__all__ = ["deployed"]

RUN = DuplicateRun("run-1", 1_000_000.0, keep=("largest",))


@pytest.mark.usefixtures("deployed")
def test_should_search_an_empty_catalogue() -> None:
    runs = Places.of(read_settings(DuplicateSettings), BUCKET).runs
    assert runs.create(RUN, None)
    prepare = entry_point("prepare_duplicates", prepare_duplicates._build)
    for what in ("pictures", "pairs"):
        listed = prepare({"run_id": "run-1", "list": what}, Context())
        assert listed == {
            "left": 0,
            "batches": "duplicates/batches/run-1/",
            "results": "duplicates/results/run-1",
        }
    settled = {"key": "duplicates/batches/run-1/0000000000-1.json"}
    compare = entry_point("compare_pictures", compare_pictures._build)
    assert compare(settled, Context()) == {"compared": 0}
    finish = entry_point("finish_duplicates", finish_duplicates._build)
    assert finish({"run_id": "run-1"}, Context()) == {"state": "done"}
    ended = runs.get("run-1")
    assert (ended.state, ended.total, ended.groups) == (RunState.DONE, 0, 0)
