"""How many copies of each shard a cluster wants.

A cluster that balances copies over zones refuses every index, template and change whose number of
copies, the primary included, is no multiple of the zones. So does a domain with standby.
https://docs.opensearch.org/latest/tuning-your-cluster/#replica-count-enforcement
"""

from __future__ import annotations

import math
from collections import ChainMap
from typing import Any

from lookalike.storage.opensearch.client import Cluster

NO_REFRESH = "-1"
"""The refresh interval of an index that is being filled."""
_AWARENESS = "cluster.routing.allocation.awareness"


def copies_step(cluster: Cluster) -> int:
    """What the number of copies of a shard has to be a multiple of; 1 where any number will do."""
    params = {"include_defaults": "true", "flat_settings": "true"}
    answer = cluster.request("GET", "/_cluster/settings", params=params)
    kinds = ("transient", "persistent", "defaults")  # the first that has a setting decides
    settings = ChainMap(*(dict(answer.get(kind, {})) for kind in kinds))
    if str(settings.get(f"{_AWARENESS}.balance")).lower() != "true":
        return 1
    attributes = _listed(settings.get(f"{_AWARENESS}.attributes"))
    forced = (_listed(settings.get(f"{_AWARENESS}.force.{each}.values")) for each in attributes)
    return max((len(values) for values in forced if values), default=1)


def fewest_replicas(cluster: Cluster) -> int:
    """Replicas of each shard, as few as the cluster takes."""
    return copies_step(cluster) - 1


def usual_replicas(cluster: Cluster) -> int:
    """Replicas of each shard, as few as the cluster takes and as survive the loss of a node.

    A single node has nowhere to put one.
    """
    nodes = int(cluster.request("GET", "/_cluster/health")["number_of_data_nodes"])
    copies = min(2, nodes)
    step = copies_step(cluster)
    return math.ceil(copies / step) * step - 1


def replicas_like(cluster: Cluster, name: str | None) -> int:
    """Replicas of each shard, as an index has them; the usual ones while it is being filled.

    Args:
        cluster: which has the index.
        name: of the index; ``None``: there is none, and the usual ones are asked for.
    """
    if name is None:
        return usual_replicas(cluster)
    index = cluster.request("GET", f"/{name}/_settings")[name]["settings"]["index"]
    is_filled = index.get("refresh_interval") != NO_REFRESH
    return int(index["number_of_replicas"]) if is_filled else usual_replicas(cluster)


def _listed(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """The values of a setting, which the cluster gives as a list or as a text with commas."""
    values = value.split(",") if isinstance(value, str) else value or []
    return [text for each in values if (text := str(each).strip())]
