"""Whether the index has a picture is only said where every shard has answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from typing_extensions import override

from lookalike.errors import StorageUnavailableError
from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.search import present
from lookalike.storage.retries import RetryPolicy

FOUND = {"_id": "a", "found": True}
MISSING = {"_id": "b", "found": False}
UNANSWERED = {"_id": "c", "error": {"type": "no_shard_available_action_exception"}}


class _ScriptedCluster(Cluster):
    """Gives its answers in turn, and repeats the last one."""

    def __init__(self, *answers: list[dict[str, Any]]) -> None:
        self.retries = RetryPolicy(deadline=0.05, first_pause=0.001, longest_pause=0.001)
        self._answers = list(answers)
        self.asked: list[tuple[str, object]] = []

    @override
    def once(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str] | None,
        timeout: float,
    ) -> Any:
        self.asked.append((f"{method} {path}", body))
        left = len(self._answers) > 1
        return {"docs": self._answers.pop(0) if left else self._answers[0]}


def test_should_tell_what_is_there() -> None:
    cluster = _ScriptedCluster([FOUND, MISSING])
    assert present(cluster, "pictures-1", ["a", "b"]) == {"a"}
    assert cluster.asked == [("POST /pictures-1/_mget", {"ids": ["a", "b"]})]


def test_should_ask_again_where_a_shard_has_not_answered() -> None:
    cluster = _ScriptedCluster([FOUND, UNANSWERED], [FOUND, {"_id": "c", "found": True}])
    assert present(cluster, "pictures-1", ["a", "c"]) == {"a", "c"}


def test_should_not_take_silence_for_absence() -> None:
    with pytest.raises(StorageUnavailableError):
        present(_ScriptedCluster([FOUND, UNANSWERED]), "pictures-1", ["a", "c"])


def test_should_ask_nothing_about_nothing() -> None:
    cluster = _ScriptedCluster([])
    assert present(cluster, "pictures-1", []) == set()
    assert cluster.asked == []
