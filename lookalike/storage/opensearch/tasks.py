"""Work that OpenSearch does in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from lookalike.storage.opensearch.client import Cluster


def completed(
    cluster: Cluster, task: str, show: Callable[[Mapping[str, int]], None] = lambda _: None
) -> dict[str, Any]:
    """Wait until a task has ended; its last state.

    Args:
        cluster: where it runs.
        task: its id.
        show: called with its status, again and again.
    """
    while True:
        state: dict[str, Any] = cluster.request("GET", f"/_tasks/{task}")
        show(state["task"].get("status", {}))
        if state["completed"]:
            return state
        time.sleep(1)
