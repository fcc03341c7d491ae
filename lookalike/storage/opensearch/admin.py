"""Creating, filling, verifying, switching and dropping indices."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from opensearchpy import OpenSearch

from lookalike.errors import SettingInvalidError, StorageInvalidError
from lookalike.fingerprint.layout import LAYOUTS, HashRows
from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.copies import replicas_like
from lookalike.storage.opensearch.schema import IndexSettings, alias_name, document_hashes
from lookalike.storage.opensearch.search import count, search
from lookalike.storage.opensearch.service import INDEX_BASE
from lookalike.storage.opensearch.tasks import completed
from lookalike.storage.retries import RetryPolicy

ADMIN_RETRIES = RetryPolicy(timeout=60, deadline=180)
"""Creating an index and moving an alias are changes of the whole cluster."""
SAMPLE = 50
"""Pictures of its own that an index must find before it may serve."""
_COPY_BATCH_SIZE = 1000

Progress = Callable[[int, int], None]
"""Called with the number of copied pictures, and the total."""


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """A physical index.

    Attributes:
        name: name of the index.
        pictures: number of pictures in it.
        bytes: size on disk, replicas included.
        health: ``green``, ``yellow`` (a replica is missing) or ``red`` (a primary is missing).
        serves: whether the alias of its version points to it.
    """

    name: str
    pictures: int
    bytes: int
    health: str
    serves: bool


class IndexAdmin:
    """The physical indices of one algorithm version.

    Args:
        client: from ``connect``.
        version: the algorithm version.
        base: prefix of index names.
        retries: for requests that OpenSearch is too busy for.
    """

    def __init__(
        self,
        client: OpenSearch,
        version: str,
        base: str = INDEX_BASE,
        *,
        retries: RetryPolicy = ADMIN_RETRIES,
    ) -> None:
        self._cluster = Cluster(client, retries)
        self._base = base
        self.alias = alias_name(base, version)

    def indices(self) -> list[IndexInfo]:
        """All physical indices, including those of other versions, by name."""
        columns = {"format": "json", "bytes": "b", "h": "index,docs.count,store.size,health"}
        rows = self._cluster.request("GET", f"/_cat/indices/{self._base}-*", params=columns)
        aliases = self._cluster.request("GET", f"/{self._base}-*/_alias")
        return sorted(
            (_info(row, bool(aliases.get(row["index"], {}).get("aliases"))) for row in rows),
            key=lambda info: (len(info.name), info.name),  # 9 before 10
        )

    def serving_index(self) -> str | None:
        """The index that the alias of this version points to, if there is one."""
        return next((i.name for i in self.indices() if i.serves and self._is_ours(i.name)), None)

    def replicas(self) -> int:
        """Replicas of each shard of the serving index.

        Where no index serves, or it is only being filled: as many as the cluster needs to survive
        the loss of a node, and takes.
        """
        return replicas_like(self._cluster, self.serving_index())

    def create(self, settings: IndexSettings) -> str:
        """Create the next index, by a template that all indices of this version share; its name.

        It serves at once if no index of this version does. The settings are in the request, too:
        a cluster that wants a number of copies does not look for it in the template.
        """
        wanted = {"index": settings.settings}
        template = {
            "index_patterns": [f"{self.alias}-*"],
            "template": {"settings": wanted, "mappings": settings.mappings},
        }
        self._cluster.request("PUT", f"/_index_template/{self.alias}", template)
        numbers = [int(i.name.rpartition("-")[2]) for i in self.indices() if self._is_ours(i.name)]
        name = f"{self.alias}-{max(numbers, default=0) + 1}"
        aliases: dict[str, Any] = {} if self.serving_index() else {self.alias: {}}
        try:
            self._cluster.request("PUT", f"/{name}", {"aliases": aliases, "settings": wanted})
        except StorageInvalidError:  # created by an attempt whose answer was lost?
            if all(index.name != name for index in self.indices()):
                raise
        return name

    def copy(self, name: str, progress: Progress = lambda _done, _of: None) -> int:
        """Copy the pictures that the serving index has and this one lacks; how many were copied.

        OpenSearch copies in the background: interrupting this call does not stop it.

        Raises:
            SettingInvalidError: no index serves, or this one does.
            StorageInvalidError: some pictures could not be copied.
        """
        source = self.serving_index()
        self._require(name)
        if source is None or source == name:
            raise SettingInvalidError(f"There is no other index to copy to {name} from.")
        order = {
            "conflicts": "proceed",
            "source": {"index": source, "size": _COPY_BATCH_SIZE},
            "dest": {"index": name, "op_type": "create"},
        }
        params = {"wait_for_completion": "false", "refresh": "true"}
        task = self._cluster.request("POST", "/_reindex", order, params)["task"]
        return self._followed(task, progress)

    def verify(self, name: str, *, may_miss: int = 0, sample: int = SAMPLE) -> None:
        """Verify that an index may serve.

        Args:
            name: name of the index.
            may_miss: how many pictures fewer it may have than the serving index.
            sample: pictures drawn from it, each of which it must find at distance 0.

        Raises:
            SettingInvalidError: there is no such index.
            StorageInvalidError: it has too few pictures, or does not find one of its own.
        """
        self._require(name)
        self._cluster.request("POST", f"/{name}/_refresh")
        served = self.serving_index()
        here, there = (count(self._cluster, index) if index else 0 for index in (name, served))
        if here < there - may_miss:
            raise StorageInvalidError(
                f"{name} has {here} pictures, {served} has {there}: copy again, or allow it to "
                "miss some (--may-miss)."
            )
        drawn = self._drawn(name, sample)
        missed = [key for key, hashes in drawn if not self._finds(name, hashes)]
        if missed:
            raise StorageInvalidError(
                f"{name} does not find {len(missed)} of {len(drawn)} of its own pictures, "
                f"such as {missed[0]}."
            )

    def switch(self, name: str) -> str | None:
        """Make an index serve searches and changes from now on; the one that served before.

        Raises:
            SettingInvalidError: there is no such index.
        """
        self._require(name)
        before = self.serving_index()
        alias = {"alias": self.alias}
        remove = [{"remove": {"index": before, "must_exist": False, **alias}}] if before else []
        add = {"add": {"index": name, **alias}}
        self._cluster.request("POST", "/_aliases", {"actions": [*remove, add]})
        return before

    def drop(self, name: str, used: Collection[str] | None = None) -> None:
        """Delete an index of any version.

        Args:
            name: of the index.
            used: the aliases that the deployment uses; ``None``: that is not known, and it may use
                any.

        Raises:
            SettingInvalidError: it serves the deployment, or there is no such index.
        """
        found = next((index for index in self.indices() if index.name == name), None)
        if found is None:
            raise SettingInvalidError(f"There is no index {name}.")
        if found.serves and (used is None or name.rpartition("-")[0] in used):
            raise SettingInvalidError(
                f"{name} serves: switch to another index first. That of a version that a stack "
                "uses no more can be dropped with --stack."
            )
        self._cluster.request("DELETE", f"/{name}", params={"ignore_unavailable": "true"})

    def _is_ours(self, name: str) -> bool:
        return re.fullmatch(rf"{re.escape(self.alias)}-\d+", name) is not None

    def _require(self, name: str) -> None:
        if not self._is_ours(name) or name not in {index.name for index in self.indices()}:
            raise SettingInvalidError(f"There is no index {name} of this algorithm version.")

    def _followed(self, task: str, progress: Progress) -> int:
        """Wait until a copy has ended; the number of copied pictures."""

        def show(done: Mapping[str, int]) -> None:
            progress(done["created"] + done["version_conflicts"], done["total"])

        state = completed(self._cluster, task, show)
        failures = state.get("response", {}).get("failures") or state.get("error")
        if failures:
            raise StorageInvalidError(f"Some pictures were not copied: {failures}")
        return int(state["task"]["status"]["created"])

    def _drawn(self, name: str, sample: int) -> list[tuple[str, dict[str, HashRows]]]:
        """Ids and hashes (by algorithm) of randomly drawn pictures."""
        draw = {"size": sample, "query": {"function_score": {"random_score": {}}}}
        answer = self._cluster.request("POST", f"/{name}/_search", draw)
        return [(hit["_id"], _rows(hit["_source"])) for hit in answer["hits"]["hits"]]

    def _finds(self, name: str, hashes: Mapping[str, HashRows]) -> bool:
        found = search(self._cluster, name, hashes, limit=1, by_name=False)
        return all(near and near[0].distance == 0 for near in found.values())


def _rows(document: Mapping[str, Any]) -> dict[str, HashRows]:
    hashes = document_hashes(document)
    stored = {
        name: [hashes[field] for field in layout.fields if field in hashes]
        for name, layout in LAYOUTS.items()
    }
    return {
        name: np.stack([np.frombuffer(value, np.uint8) for value in values])
        for name, values in stored.items()
        if values
    }


def _info(row: Mapping[str, str], serves: bool) -> IndexInfo:  # noqa: FBT001 - one of its fields
    pictures, size = (int(row[column] or 0) for column in ("docs.count", "store.size"))
    return IndexInfo(row["index"], pictures, size, row["health"], serves)
