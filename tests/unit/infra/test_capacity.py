"""Limits and machines follow from one load, and from what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.capacity import (
    BURSTABLE,
    MACHINES,
    SMALL_BYTES_A_PICTURE,
    DomainSize,
    Load,
    Throttle,
    checked_batches,
    compaction_memory_mib,
    concurrency,
    one_node,
    reconcile_parts,
    small_index_memory_mib,
    three_zones,
)
from infra.environments import DEV, PROD
from tests.unit.infra.conftest import ROOT

MILLION = Load(pictures=1_000_000, checks_per_second=30, registrations_per_second=100)
MEASURED = {100_000: 29.5, 1_000_000: 81.6}
"""Pictures, and milliseconds of a search: photographs without a border."""


@pytest.mark.parametrize("pictures", MEASURED)
def test_should_take_as_long_as_was_measured(pictures: int) -> None:
    load = replace(MILLION, pictures=pictures)
    assert load.search_seconds == pytest.approx(MEASURED[pictures] / 1000)
    row = f"| {pictures:,} | photographs | no border |"
    performance = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    (line,) = [line for line in performance.splitlines() if line.startswith(row)]
    assert f"| {MEASURED[pictures]:g} / " in line


def test_should_take_longer_among_more_pictures_and_in_every_shard() -> None:
    times = [
        replace(MILLION, pictures=pictures).search_seconds
        for pictures in (1, 100_000, 1_000_000, 10_000_000, 20_000_000, 40_000_000)
    ]
    assert times == sorted(times)
    assert times[0] == times[1], "nothing was measured among fewer"
    assert times[-1] == pytest.approx(2 * times[-2]), "two shards"


@pytest.mark.parametrize(
    ("load", "instance", "nodes"),
    [
        (MILLION, "r7g.large.search", 3),
        (replace(MILLION, checks_per_second=200), "r7g.4xlarge.search", 3),
        (replace(MILLION, pictures=10_000_000), "r7g.2xlarge.search", 3),
        (replace(MILLION, pictures=1_000_000_000, checks_per_second=2), "r7g.16xlarge.search", 18),
    ],
)
def test_should_choose_the_smallest_domain_that_serves(
    load: Load, instance: str, nodes: int
) -> None:
    chosen = three_zones(load)
    assert (chosen.data_instance, chosen.data_nodes) == (instance, nodes)
    assert chosen.holds(load)


def test_should_not_count_the_zone_that_stands_by() -> None:
    standing_by = three_zones(MILLION)
    answering = replace(standing_by, standby=False)
    ratio = answering.checks_per_second(MILLION) / standing_by.checks_per_second(MILLION)
    assert ratio == pytest.approx(1.5)


def test_should_refuse_a_load_that_no_domain_serves() -> None:
    with pytest.raises(ValueError, match="No domain that the model knows"):
        one_node(replace(MILLION, checks_per_second=100_000))


def test_should_use_burstable_machines_for_development_alone() -> None:
    assert DEV.domain.data_instance.startswith(BURSTABLE)
    small = Load(pictures=1, checks_per_second=1, registrations_per_second=1)
    assert not three_zones(small).data_instance.startswith(BURSTABLE)
    assert DomainSize(data_nodes=1, data_instance=next(iter(MACHINES)), volume_gib=10).holds(small)


def test_should_serve_what_callers_of_the_shipped_environments_may_ask_for() -> None:
    for environment in (DEV, PROD):
        assert environment.domain.holds(environment.load)


def test_should_have_calls_for_a_load_while_hosts_are_slow() -> None:
    needed = concurrency(MILLION)
    assert needed == {
        "find_similar": 29,
        "manage_products": 80,
        "reconcile_index": 1,
        "import_batch": 5,
        "compare_pictures": 4,
    }
    assert checked_batches(MILLION) == 8, "some as for comparing pictures, at twice the seconds"
    assert needed["find_similar"] / MILLION.checks_per_second > 2 * MILLION.search_seconds


@pytest.mark.parametrize(
    ("pictures", "parts"), [(100_000, 1), (1_000_000, 4), (10_000_000, 24), (1_000_000_000, 40)]
)
def test_should_reconcile_a_large_catalogue_in_many_parts(pictures: int, parts: int) -> None:
    load = replace(MILLION, pictures=pictures)
    assert reconcile_parts(load, three_zones(load), account_concurrency=1_000) == parts


def test_should_reconcile_within_what_a_domain_and_an_account_can_do() -> None:
    load = replace(MILLION, pictures=100_000_000)
    large, small = three_zones(load), DEV.domain
    assert reconcile_parts(load, None, account_concurrency=1_000) == 1
    assert reconcile_parts(load, large, account_concurrency=10) == 1
    assert reconcile_parts(load, large, account_concurrency=50) == 5
    assert reconcile_parts(load, small, account_concurrency=1_000) <= 2
    unknown = replace(large, data_nodes=3, data_instance="r99.search")
    assert reconcile_parts(load, unknown, account_concurrency=1_000) == 3


def test_should_give_functions_memory_for_a_small_index_and_its_compaction() -> None:
    two_million = replace(MILLION, pictures=2_000_000)
    index = 2 * SMALL_BYTES_A_PICTURE * 1_000_000 / 2**20
    assert index < small_index_memory_mib(two_million) - 500
    assert 3 * index < compaction_memory_mib(two_million) - 500
    assert compaction_memory_mib(two_million) < 3_008, "the most of a new account"


def test_should_let_a_key_send_its_limit_for_a_part_of_the_day() -> None:
    throttle = Throttle.of(130)
    assert (throttle.rate, throttle.burst, throttle.day) == (130, 260, 2_808_000)
    slow = Throttle.of(0.0625)
    assert (slow.rate, slow.burst) == (0.0625, 1), "one every 16 seconds"
