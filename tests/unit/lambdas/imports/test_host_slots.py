"""Functions never hold more slots of a host than there are, whatever becomes of a function."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, cast

import pytest

from lookalike.aws.imports.host_slots import LEASE_SECONDS, HostSlots
from lookalike.errors import StorageInvalidError
from tests.contract.storage.moto_dynamodb import NAMES
from tests.fakes import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SLOTS = 3
SHOP, OTHER = "shop.example", "other.example"


class OneAtATime:
    """DynamoDB, which tests a condition and writes in one step, where moto takes two."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def put_item(self, **request: object) -> object:
        with self._lock:
            return self._client.put_item(**request)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    """At some time."""
    clock = Clock()
    clock.now = 1_000_000.5
    return clock


@pytest.fixture
def slots(dynamodb: DynamoDBClient, clock: Clock) -> HostSlots:
    """What every function has."""
    return HostSlots(dynamodb, NAMES.imports, SLOTS, clock)


def leases(dynamodb: DynamoDBClient) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", dynamodb.scan(TableName=NAMES.imports)["Items"])


def test_should_hold_a_slot_of_each_host_and_give_it_back(
    slots: HostSlots, dynamodb: DynamoDBClient, clock: Clock
) -> None:
    with slots.held([SHOP, OTHER]) as held:
        assert held == {SHOP, OTHER}
        items = leases(dynamodb)
        assert {item["import_id"]["S"] for item in items} == {f"host:{SHOP}", f"host:{OTHER}"}
        expiry = str(int(clock.now) + LEASE_SECONDS)
        assert all(item["expires_at"] == {"N": expiry} for item in items)
    assert leases(dynamodb) == []


def test_should_yield_hosts_that_have_a_slot_alone(slots: HostSlots) -> None:
    with ExitStack() as others:
        for _ in range(SLOTS):
            assert others.enter_context(slots.held([SHOP])) == {SHOP}
        with slots.held([SHOP, OTHER]) as held:
            assert held == {OTHER}
    with slots.held([SHOP]) as held:
        assert held == {SHOP}


def test_should_give_away_one_slot_of_a_slow_host(slots: HostSlots) -> None:
    with slots.held([SHOP, OTHER], {SHOP}), slots.held([SHOP, OTHER], {SHOP}) as held:
        assert held == {OTHER}


def test_should_never_let_more_functions_in_than_there_are_slots(dynamodb: DynamoDBClient) -> None:
    inside, most, held_times, lock = 0, 0, 0, threading.Lock()
    client = cast("DynamoDBClient", OneAtATime(dynamodb))

    def work(_function: int) -> None:
        nonlocal inside, most, held_times
        slots = HostSlots(client, NAMES.imports, SLOTS)
        for _ in range(4):
            with slots.held([SHOP]) as held:
                with lock:
                    inside += len(held)
                    held_times += len(held)
                    most = max(most, inside)
                time.sleep(0.02 * len(held))
                with lock:
                    inside -= len(held)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == SLOTS
    assert held_times > SLOTS
    assert leases(dynamodb) == []


def test_should_take_over_the_slots_of_functions_that_were_killed(
    slots: HostSlots, dynamodb: DynamoDBClient, clock: Clock
) -> None:
    killed = [slots.held([SHOP]) for _ in range(SLOTS)]
    for function in killed:
        function.__enter__()
    clock.now += LEASE_SECONDS
    with slots.held([SHOP]) as held:
        assert not held, "not before they expire"
    clock.now += 1
    with slots.held([SHOP]) as held:
        assert held == {SHOP}
        for function in killed:
            function.__exit__(None, None, None)
        assert len(leases(dynamodb)) == 1, "nobody gives back what another one has by now"


@pytest.mark.parametrize("skew", [-50, -5, 5, 50])
def test_should_not_mind_clocks_that_differ(
    dynamodb: DynamoDBClient, clock: Clock, skew: int
) -> None:
    """A function holds a slot for four minutes at most."""
    there = HostSlots(dynamodb, NAMES.imports, 1, lambda: clock.now + skew)
    here = HostSlots(dynamodb, NAMES.imports, 1, clock)
    with here.held([SHOP]):
        clock.now += 240
        with there.held([SHOP]) as held:
            assert not held
    with there.held([SHOP]) as held:
        assert held == {SHOP}


def test_should_give_slots_back_when_a_batch_fails(
    slots: HostSlots, dynamodb: DynamoDBClient
) -> None:
    with pytest.raises(ZeroDivisionError), slots.held([SHOP]):
        raise ZeroDivisionError
    assert leases(dynamodb) == []


def test_should_leave_a_slot_to_its_expiry_where_the_table_is_away(
    slots: HostSlots, dynamodb: DynamoDBClient, caplog: pytest.LogCaptureFixture
) -> None:
    with slots.held([SHOP]):
        dynamodb.delete_table(TableName=NAMES.imports)
    assert f"A slot of the host {SHOP} is free when it expires" in caplog.text
    with pytest.raises(StorageInvalidError), slots.held([SHOP]):
        pass
