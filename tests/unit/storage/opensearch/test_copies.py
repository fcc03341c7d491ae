"""The copies that a cluster wants follow from its settings, wherever these are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from typing_extensions import override

from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.copies import (
    copies_step,
    fewest_replicas,
    replicas_like,
    usual_replicas,
)

_AWARENESS = "cluster.routing.allocation.awareness"
ZONES = {f"{_AWARENESS}.attributes": ["zone"], f"{_AWARENESS}.force.zone.values": "a, b,c"}
BALANCED = {**ZONES, f"{_AWARENESS}.balance": "true"}


class SettingsOfCluster(Cluster):
    """A cluster with these settings, data nodes and one index."""

    def __init__(
        self,
        settings: Mapping[str, Mapping[str, object]],
        *,
        nodes: int = 3,
        index: Mapping[str, str] | None = None,
    ) -> None:
        self._answers = {
            "/_cluster/settings": settings,
            "/_cluster/health": {"number_of_data_nodes": nodes},
            "/served/_settings": {"served": {"settings": {"index": index}}},
        }

    @override
    def request(self, method: str, path: str, *_: object, **__: object) -> Any:
        assert method == "GET"
        return self._answers[path]


@pytest.mark.parametrize("kind", ["defaults", "persistent", "transient"])
def test_should_read_settings_of_every_kind(kind: str) -> None:
    assert copies_step(SettingsOfCluster({kind: BALANCED})) == 3


def test_should_let_the_setting_of_the_moment_decide() -> None:
    off = {f"{_AWARENESS}.balance": "false"}
    cluster = SettingsOfCluster({"defaults": BALANCED, "persistent": BALANCED, "transient": off})
    assert copies_step(cluster) == 1


def test_should_count_the_attribute_with_most_values() -> None:
    racks = {f"{_AWARENESS}.force.rack.values": ["1", "2"]}
    both = {**BALANCED, **racks, f"{_AWARENESS}.attributes": "rack,zone"}
    assert copies_step(SettingsOfCluster({"persistent": both})) == 3


@pytest.mark.parametrize(
    "settings",
    [{}, ZONES, {f"{_AWARENESS}.balance": "true", f"{_AWARENESS}.attributes": []}],
    ids=["none", "zones without balance", "balance without zones"],
)
def test_should_want_no_number_without_zones_to_balance(settings: Mapping[str, object]) -> None:
    assert copies_step(SettingsOfCluster({"defaults": settings})) == 1


@pytest.mark.parametrize(
    ("settings", "nodes", "fewest", "usual"),
    [({}, 1, 0, 0), ({}, 2, 0, 1), ({}, 6, 0, 1), (BALANCED, 3, 2, 2), (BALANCED, 1, 2, 2)],
)
def test_should_want_enough_to_lose_a_node(
    settings: Mapping[str, object], nodes: int, fewest: int, usual: int
) -> None:
    cluster = SettingsOfCluster({"defaults": settings}, nodes=nodes)
    assert (fewest_replicas(cluster), usual_replicas(cluster)) == (fewest, usual)


def test_should_take_the_number_of_an_index_that_is_filled() -> None:
    index = {"number_of_replicas": "5", "refresh_interval": "1s"}
    cluster = SettingsOfCluster({"persistent": BALANCED}, index=index)
    assert (replicas_like(cluster, "served"), replicas_like(cluster, None)) == (5, 2)


def test_should_not_take_the_number_of_an_index_that_is_being_filled() -> None:
    index = {"number_of_replicas": "0", "refresh_interval": "-1"}
    assert replicas_like(SettingsOfCluster({}, index=index), "served") == 1
