"""The functions of imports are built from their settings, and tell each other what they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lambdas.finish_import import handler as finish_import
from lambdas.import_batch import handler as import_batch
from lambdas.plan_deletions import handler as plan_deletions
from lambdas.prepare_import import handler as prepare_import
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.aws.imports.batch_hosts import FIRST_PAUSE, LONGEST_PAUSE
from lookalike.aws.imports.files import BATCHES
from lookalike.aws.imports.host_slots import HostSlots
from lookalike.aws.imports.parts import import_files, import_runs, sync_files
from lookalike.aws.imports.runner import DeployedImports
from lookalike.aws.imports.sync_files import SEGMENTS
from lookalike.aws.settings import PREFIX, ImportSettings, LoadSettings, read_settings
from lookalike.aws.stores import build_tables, dynamodb_client
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.fingerprint.network import Network
from lookalike.storage.run_state import RunState
from tests.builders import a_product
from tests.unit.aws import deployed
from tests.unit.lambdas.calls import Context
from tests.unit.lambdas.imports.conftest import RememberedWork

__all__ = ["deployed"]


def answer(function: Handler, event: Mapping[str, object]) -> dict[str, Any]:
    """What a function tells the state machine."""
    found = function(dict(event), Context())
    assert found is not None
    return found


@pytest.mark.usefixtures("deployed")
def test_should_sync_a_catalogue(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed names one product, whose row is refused, and another one leaves."""
    monkeypatch.setattr(Network, "load", lambda: network)
    settings = read_settings(ImportSettings)
    products, _ = build_tables(dynamodb_client(), settings)
    named, leaving = a_product(1), a_product(2)
    products.put_many([named, leaving])
    machine = RememberedWork()
    imports = DeployedImports(import_files(settings), import_runs(settings), machine)
    feed = f"entity_id,image_url\n{named.entity_id},NULL\n".encode()
    run_id = imports.start(feed, SyncOptions(MaxDeletions(1))).import_id
    told: dict[str, object] = {"import_id": run_id, "attempt": 1}

    prepare = entry_point("prepare_import", prepare_import._build)
    prepared = answer(prepare, told | {"retry_failed": False})
    assert prepared == {
        "rows_left": 0,
        "checks": False,
        "deletes": True,
        "segments": [*range(SEGMENTS)],
        "batches": f"batches/{run_id}/",
        "results": f"results/{run_id}",
    }
    plan = entry_point("plan_deletions", plan_deletions._build)
    steps = [told | {"step": "compare", "segment": each} for each in prepared["segments"]]
    compared = [answer(plan, step) for step in steps]
    assert sum(each["products"] for each in compared) == 2
    allowed = answer(plan, told | {"step": "allow", "compared": compared})
    assert allowed == {"allowed": True}
    listed = answer(plan, told | {"step": "list"})
    assert (listed["left"], listed["batches"]) == (1, f"deletions/1/{run_id}/")

    [batch] = sync_files(settings).deletions(run_id, 1)
    work = entry_point("import_batch", import_batch._build)
    assert answer(work, {"key": batch.key("deletions/1/")}) == {"deleted": 1}
    assert answer(work, {"key": f"batches/{run_id}/0000000000-1.json"}) == {"pause": 0}
    finish = entry_point("finish_import", finish_import._build)
    assert answer(finish, told) == {"rows_left": 0}
    ended = import_runs(settings).get(run_id).run
    assert (ended.state, ended.failed, ended.deleted) == (RunState.DONE, 1, 1)
    assert set(products.get_many([named.entity_id, leaving.entity_id])) == {named.entity_id}


@pytest.mark.usefixtures("deployed")
def test_should_be_called_again_when_a_host_has_a_free_slot(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "load", lambda: network)
    monkeypatch.setenv(f"{PREFIX}DOWNLOADS_PER_HOST", "1")
    settings, machine = read_settings(LoadSettings), RememberedWork()
    files, runs = import_files(settings), import_runs(settings)
    imports = DeployedImports(files, runs, machine)
    run_id = imports.start(b"entity_id,image_url\n1,https://shop.example/1.jpg\n").import_id
    told = {"import_id": run_id, "attempt": 1, "retry_failed": False}
    answer(entry_point("prepare_import", prepare_import._build), told)
    [batch] = files.batches(run_id)

    work = entry_point("import_batch", import_batch._build)
    event: dict[str, object] = {"key": batch.key(BATCHES)}
    with HostSlots(dynamodb_client(), settings.imports_table, 1).held(["shop.example"]):
        first = answer(work, event)
        later = [answer(work, event | {"done": {"pause": LONGEST_PAUSE}}) for _ in range(9)]
    assert FIRST_PAUSE <= first["pause"] <= 3 * FIRST_PAUSE
    assert max(each["pause"] for each in later) > 3 * FIRST_PAUSE
    assert files.rows_left(run_id) == 1
    assert runs.get(run_id).run.settled == 0
