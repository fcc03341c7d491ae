"""The functions of a sync are built from their settings, and tell each other what they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lambdas.finish_import import handler as finish_import
from lambdas.import_batch import handler as import_batch
from lambdas.plan_deletions import handler as plan_deletions
from lambdas.prepare_import import handler as prepare_import
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.aws.imports.parts import import_files, import_runs, sync_files
from lookalike.aws.imports.runner import DeployedImports
from lookalike.aws.imports.sync_files import SEGMENTS
from lookalike.aws.settings import ImportSettings, read_settings
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
    assert answer(work, {"key": f"batches/{run_id}/0000000000-1.json"}) == {"rows": 0}
    finish = entry_point("finish_import", finish_import._build)
    assert answer(finish, told) == {"rows_left": 0}
    ended = import_runs(settings).get(run_id).run
    assert (ended.state, ended.failed, ended.deleted) == (RunState.DONE, 1, 1)
    assert set(products.get_many([named.entity_id, leaving.entity_id])) == {named.entity_id}
