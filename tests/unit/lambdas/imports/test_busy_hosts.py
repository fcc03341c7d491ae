"""A batch asks no host that as many others ask as may: its rows wait, and are no failures."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from lookalike.aws.imports.batch_hosts import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    HostsBusyError,
    hosts_of,
    pause_after,
)
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.storage.run_state import RunState
from tests.unit.lambdas.imports.conftest import Deployment

BUSY, FREE = "busy.example", "free.example"
CATALOGUE = "\n".join(
    ["entity_id,sku,image_url", *(f"{n},S,https://{(FREE, BUSY)[n % 2]}/{n}.jpg" for n in range(8))]
).encode()


def test_should_load_rows_of_other_hosts_first_and_the_rest_later(deployment: Deployment) -> None:
    import_id = deployment.service.start(CATALOGUE).run.import_id
    [key] = deployment.begin()
    with ExitStack() as others:
        while BUSY in others.enter_context(deployment.slots.held([BUSY])):
            pass  # until others have all of its slots
        for _ in range(2):
            with pytest.raises(HostsBusyError, match="4 rows"):
                deployment.loader.load(key, lambda: False)
        assert deployment.products().keys() == set("0246")
        run = deployment.service.get(import_id).run
        assert (run.state, run.settled) == (RunState.RUNNING, 0)
        assert deployment.failures(import_id) == []
    deployment.load([key])
    deployment.finish()
    run = deployment.service.get(import_id).run
    assert (run.state, run.settled, run.failed) == (RunState.DONE, 8, 0)
    assert deployment.products().keys() == set("01234567")
    assert len(deployment.pool.seen) == 8, "what is loaded is not asked for again"


def test_should_hold_no_slot_when_a_batch_has_ended(deployment: Deployment) -> None:
    deployment.service.start(CATALOGUE)
    deployment.run()
    with deployment.slots.held([FREE]) as one, deployment.slots.held([FREE]) as two:
        assert one == two == {FREE}


def test_should_ask_a_slow_host_from_one_function_at_a_time(deployment: Deployment) -> None:
    deployment.service.start(CATALOGUE)
    [key] = deployment.begin()
    deployment.slow_hosts.add(BUSY)
    with deployment.slots.held([BUSY], {BUSY}), pytest.raises(HostsBusyError):
        deployment.loader.load(key, lambda: False)
    assert deployment.products().keys() == set("0246")


def test_should_wait_for_every_host_of_a_row() -> None:
    further = ("https://B.example./2.jpg", "folder/3.jpg", "https://a.example/4.jpg")
    row = CatalogueRow(1, "1", "S", "http://a.example:8080/1.jpg", further_image_urls=further)
    assert hosts_of(row) == {"a.example", "b.example"}


def test_should_wait_longer_and_longer_each_a_different_time() -> None:
    first = {pause_after(0) for _ in range(200)}
    assert (min(first), max(first)) == (FIRST_PAUSE, 3 * FIRST_PAUSE)
    later = {pause_after(LONGEST_PAUSE) for _ in range(2000)}
    assert min(later) < 2 * FIRST_PAUSE
    assert max(later) == LONGEST_PAUSE
