"""A reconciliation finds differences, repairs them both ways, and can stop at any page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partialmethod
from typing import Any, NoReturn

import pytest

from lookalike.errors import StorageUnavailableError
from lookalike.storage.interfaces import Drift
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync import repair_steps
from lookalike.sync.checksum_steps import LISTED_IDS
from lookalike.sync.reconciler import RESERVE_SECONDS
from lookalike.sync.reconciliation_state import NotReconciledError, ReconciliationState, Step
from lookalike.sync.repair_steps import IN_STREAM_SECONDS, UNSEEN_SECONDS
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.sync.reconciliation.conftest import NOW, World


def _always() -> float:
    return 900.0


def _pages(count: int) -> Callable[[], float]:
    """Time for so many pages."""
    left = iter([900.0] * count)
    return lambda: next(left, 0.0)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Two items a page, of the tables and of the index."""
    monkeypatch.setattr(repair_steps, "INDEX_PAGE_SIZE", 2)
    paginator: Any = type(world.client.get_paginator("scan"))
    monkeypatch.setattr(paginator, "paginate", partialmethod(paginator.paginate, Limit=2))


def test_should_find_nothing_where_nothing_differs(world: World) -> None:
    world.store(range(3))
    world.index_entries(range(3))
    world.products.put_many([a_product(n, fingerprint_id=a_fingerprint_id(0)) for n in range(5)])
    found = world.reconciler.run(_always)
    assert (found.pictures, found.outdated, found.products) == (3, 0, 5)
    assert (found.behind, found.ahead, found.unrepaired, found.swept) == (0, 0, 0, 0)
    assert found.finished_at == NOW


def test_should_read_no_picture_where_checksums_agree(world: World) -> None:
    world.store(range(3))
    world.index_entries(range(3))
    world.reconciler.run(_always)
    assert world.index.asked == 0
    assert world.index.listed == [LISTED_IDS], "ids alone, as many as one request lists"


def test_should_add_what_is_missing_and_remove_what_is_gone(world: World) -> None:
    world.store(range(5))
    world.index_entries([3, 4, 5, 6, 7])
    found = world.reconciler.run(_always)
    assert (found.behind, found.ahead, found.unrepaired) == (3, 3, 0)
    assert world.index.entries.keys() == {a_fingerprint_id(n) for n in range(5)}
    again = world.reconciler.run(_always)
    assert (again.behind, again.ahead) == (0, 0)


def test_should_repair_a_page_in_parts_and_count_each_picture_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair_steps, "MAX_REPAIRS", 2)
    world.store(range(9))
    world.index_entries([2, 5])
    while not (found := world.reconciler.run(_pages(1))).behind:
        assert found.finished_at is None
    assert found.behind == 2
    found = world.reconciler.run(_always)
    assert (found.pictures, found.behind) == (9, 7)
    assert world.index.entries.keys() == {a_fingerprint_id(n) for n in range(9)}


def test_should_not_count_what_has_just_been_removed_and_is_still_shown(world: World) -> None:
    world.store(range(2))
    world.index_entries(range(3))
    world.index.lingering = {a_fingerprint_id(7)}
    found = world.reconciler.run(_always)
    assert (found.behind, found.ahead) == (0, 1)


def test_should_add_but_not_count_what_may_still_be_on_its_way(world: World) -> None:
    world.store([1])
    world.store([2, 3], last_seen=int(NOW) - IN_STREAM_SECONDS + 1)
    world.index_entries([3])
    found = world.reconciler.run(_always)
    assert (found.behind, found.ahead) == (1, 0)
    assert world.index.entries.keys() == {a_fingerprint_id(n) for n in (1, 2, 3)}


def test_should_leave_pictures_of_another_version_alone(world: World) -> None:
    world.store([1])
    world.pictures.put_many([a_picture(2, version="older")])
    found = world.reconciler.run(_always)
    assert (found.pictures, found.outdated, found.behind) == (2, 1, 1)
    assert world.index.entries.keys() == {a_fingerprint_id(1)}


def test_should_sweep_what_no_product_shows_for_a_day(world: World) -> None:
    day_ago = int(NOW) - UNSEEN_SECONDS
    shown, forgotten, young = range(3)
    world.store([shown, forgotten], day_ago - 1)
    world.store([young], day_ago)
    world.products.put_many([a_product(1, fingerprint_id=a_fingerprint_id(shown))])
    assert world.reconciler.run(_always).swept == 1
    left = world.pictures.get_many(map(a_fingerprint_id, range(3)))
    assert set(left) == {a_fingerprint_id(shown), a_fingerprint_id(young)}


def test_should_count_what_the_index_refuses(world: World) -> None:
    world.store(range(2))
    refused = ChangeOutcome(ChangeState.REJECTED, "no")
    world.index.outcomes[a_fingerprint_id(0)] = refused
    found = world.reconciler.run(_always)
    assert (found.behind, found.unrepaired) == (2, 1)


def test_should_not_fail_over_a_damaged_item_that_the_index_has(world: World) -> None:
    """It is stored, so its entry stays; what is gone is removed as ever."""
    damaged, whole, gone = range(3)
    world.store([damaged, whole])
    world.index_entries([damaged, whole, gone])
    world.client.update_item(
        TableName=NAMES.pictures,
        Key={"fingerprint_id": {"S": a_fingerprint_id(damaged)}},
        UpdateExpression="REMOVE hashes",
    )
    found = world.reconciler.run(_always)
    assert (found.behind, found.ahead, found.unrepaired) == (0, 1, 0)
    assert world.index.entries.keys() == {a_fingerprint_id(damaged), a_fingerprint_id(whole)}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_should_go_on_where_it_stopped(world: World, at_once: int) -> None:
    """However few pages an invocation has time for, all of it is seen once."""
    world.store(range(7), last_seen=1)
    world.index_entries(range(4, 12))
    world.products.put_many([a_product(n, fingerprint_id=a_fingerprint_id(0)) for n in range(5)])
    invocations = 1
    while (found := world.reconciler.run(_pages(at_once))).finished_at is None:
        invocations += 1
        assert invocations < 50
    assert (found.pictures, found.behind, found.ahead, found.products) == (7, 4, 5, 5)
    assert found.swept == 6
    assert invocations > 2
    assert world.reconciliations.last() == found


@pytest.mark.usefixtures("small_pages")
def test_should_not_be_disturbed_by_changes_meanwhile(world: World) -> None:
    """Where a walk stands is an id, which may be gone when it goes on."""
    world.store(range(6))
    world.index_entries(range(3, 9))
    number = 20
    while world.reconciler.run(_pages(1)).finished_at is None:
        world.store([number], last_seen=int(NOW))
        world.index.remove([a_fingerprint_id(number - 18)])
        number += 1
        assert number < 60
    world.reconciler.run(_always)
    assert world.reconciler.run(_always).behind == 0
    stored = world.pictures.get_many(map(a_fingerprint_id, range(60)))
    assert world.index.entries.keys() == set(stored)


def test_should_begin_nothing_without_time(world: World) -> None:
    state = world.reconciler.run(lambda: RESERVE_SECONDS)
    assert (state.finished_at, state.step) == (None, Step.CHECKSUMS)
    assert world.reconciliations.part(state, 0) == state.new_part(0)


def test_should_go_on_after_an_outage(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_asked: object) -> NoReturn:
        raise StorageUnavailableError("Away.")

    world.store(range(3))
    with monkeypatch.context() as patched:
        patched.setattr(world.index, "ids", fail)
        with pytest.raises(StorageUnavailableError):
            world.reconciler.run(_always)
    assert world.reconciler.run(_always).behind == 3


def test_should_begin_again_after_the_end(world: World) -> None:
    world.reconciler.run(_always)
    world.store([1])
    assert world.reconciler.run(_always).pictures == 1


def test_should_not_go_on_with_what_another_version_has_begun(world: World) -> None:
    """A deployment in the middle of it: the pages so far were compared with another index."""
    begun = ReconciliationState(version="older", started_at=1.0, step=Step.STORED, pictures=99)
    world.reconciliations.save(begun)
    world.store([1])
    found = world.reconciler.run(_always)
    assert (found.version, found.started_at) == (VERSION, NOW)
    assert (found.pictures, found.behind) == (1, 1)


def test_should_keep_the_last_one_while_the_next_is_under_way(world: World) -> None:
    world.store(range(2))
    ended = world.reconciler.run(_always)
    world.reconciler.run(_pages(1))
    assert world.reconciliations.last() == ended
    under_way = world.reconciliations.unfinished()
    assert under_way is not None
    assert under_way.finished_at is None


def test_should_know_no_drift_before_the_first(world: World) -> None:
    with pytest.raises(NotReconciledError):
        world.reconciliations.drift()
    world.store([1])
    world.reconciler.run(_always)
    assert world.reconciliations.drift() == Drift(behind=1, ahead=0)
