"""Imports on AWS may check each product before they store it, as on one machine."""

from __future__ import annotations

import pytest

from lookalike.aws.imports.batch_hosts import HostsBusyError
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.storage.events import EventType
from lookalike.storage.import_runs import ImportRun
from lookalike.storage.run_state import RunState
from tests.unit.lambdas.imports.conftest import ROWS_A_BATCH, Deployment

FEED = b"""entity_id,image_url
a,https://shop.example/1.jpg
b,https://shop.example/1.jpg
c,https://shop.example/2.jpg
"""


def loaded(
    deployment: Deployment, on_duplicate: OnDuplicate | None, feed: bytes = FEED
) -> ImportRun:
    """An import, when it has ended."""
    run = deployment.service.start(feed, on_duplicate=on_duplicate).run
    deployment.run()
    return deployment.service.get(run.import_id).run


def told(deployment: Deployment) -> list[str]:
    """The products of which an event says that others show them."""
    found = deployment.storage.events.page(0, 99, [EventType.DUPLICATE_FOUND])
    return [event.subject for event in found]


def test_should_refuse_the_row_of_a_duplicate_with_its_reason(deployment: Deployment) -> None:
    run = loaded(deployment, OnDuplicate.REFUSE)
    assert (run.state, run.on_duplicate) == (RunState.DONE, "refuse")
    assert (run.done, run.failed, run.unchanged) == (2, 1, 0)
    assert set(deployment.products()) == {"a", "c"}
    [failure] = deployment.failures(run.import_id)
    assert (failure.entity_id, failure.code) == ("b", "duplicate_found")
    assert "The product 'a' shows the same picture" in failure.detail


@pytest.mark.parametrize("on_duplicate", [OnDuplicate.ACCEPT, OnDuplicate.FLAG, None])
def test_should_store_and_mark_as_it_was_asked_to(
    deployment: Deployment, on_duplicate: OnDuplicate | None
) -> None:
    run = loaded(deployment, on_duplicate)
    assert (run.done, run.failed) == (3, 0)
    assert set(deployment.products()) == {"a", "b", "c"}
    flagged = deployment.storage.flags.get_many(["a", "b", "c"])
    assert set(flagged) == ({"b"} if on_duplicate is OnDuplicate.FLAG else set())
    assert told(deployment) == (["b"] if on_duplicate else [])


def test_should_refuse_nothing_that_is_stored_already(deployment: Deployment) -> None:
    loaded(deployment, OnDuplicate.ACCEPT)
    again = loaded(deployment, OnDuplicate.REFUSE)
    assert (again.unchanged, again.failed) == (3, 0)


def test_should_check_refused_rows_again_when_they_are_tried_again(deployment: Deployment) -> None:
    run = loaded(deployment, OnDuplicate.REFUSE)
    deployment.storage.products.delete("a")
    deployment.service.resume(run.import_id, retry_failed=True)
    deployment.run()
    ended = deployment.service.get(run.import_id).run
    assert (ended.done, ended.failed) == (3, 0)
    assert set(deployment.products()) == {"b", "c"}


def test_should_say_that_fewer_batches_may_be_loaded_at_once(deployment: Deployment) -> None:
    for on_duplicate in (None, OnDuplicate.FLAG):
        deployment.service.start(FEED, on_duplicate=on_duplicate)
        import_id, attempt, _ = deployment.machine.work[-1]
        prepared = deployment.preparation.prepare(import_id, attempt, retry_failed=False)
        assert prepared.checks is (on_duplicate is not None)


def test_should_go_on_with_a_batch_that_took_too_long(deployment: Deployment) -> None:
    rows = [f"{number},https://shop.example/{number % 9}.jpg" for number in range(ROWS_A_BATCH)]
    feed = "\n".join(["entity_id,image_url", *rows]).encode()
    import_id = deployment.service.start(feed, on_duplicate=OnDuplicate.REFUSE).run.import_id
    [batch] = deployment.begin()
    late = iter([False] * 12)
    with pytest.raises(HostsBusyError):
        deployment.loader.load(batch, lambda: next(late, True))
    stored = len(deployment.products())
    assert 0 < stored < 9
    deployment.load([batch])
    run = deployment.service.get(import_id).run
    assert (run.unchanged, run.done, run.failed) == (0, 9, ROWS_A_BATCH - 9)
