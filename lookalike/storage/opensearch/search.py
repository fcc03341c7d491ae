"""Nearest pictures: one round trip for all hashes, fields and turned forms of a check.

A search asks for the k nearest on every field with every query row and takes the best of each
picture (``dis_max``), as distances between a query and a picture are defined. OpenSearch scores a
Hamming distance d as 1 / (1 + d), and the salt of the vectors adds ``SALT_DISTANCE`` to each; a
pHash found by name scores as distance 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from opensearchpy import TransportError
from opensearchpy.exceptions import HTTP_EXCEPTIONS

from lookalike.fingerprint.layout import LAYOUTS, HashLayout, HashRows
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.schema import (
    ID_FIELD,
    SALT_BYTES,
    SALT_DISTANCE,
)
from lookalike.storage.refusals import require_queries

_READ = "responses.status,responses.error,responses.timed_out,responses.hits.hits"


def search(
    cluster: Cluster,
    index: str,
    queries: Mapping[str, HashRows],
    limit: int,
    *,
    by_name: bool = True,
) -> dict[str, list[Neighbour]]:
    """As ``VectorIndex.nearest``, in an index or alias.

    Args:
        cluster: where.
        index: of it.
        queries: rows by hash.
        limit: how many of each.
        by_name: whether equal pHashes are found by name, too, whatever the graphs find.
    """
    require_queries(queries, limit)
    asked = [name for name, rows in queries.items() if len(rows)]
    if not asked:
        return {name: [] for name in queries}
    searches = (_search(LAYOUTS[name], queries[name], limit, by_name=by_name) for name in asked)
    header: dict[str, Any] = {"allow_partial_search_results": False}
    answer = cluster.request(
        "POST",
        f"/{index}/_msearch",
        ndjson(line for search in searches for line in (header, search)),
        {"filter_path": _READ},
        _require_answers,
    )
    found = dict(zip(asked, map(_neighbours, answer["responses"]), strict=True))
    return {name: found.get(name, []) for name in queries}


def count(cluster: Cluster, index: str) -> int:
    """How many pictures of an index or alias are searchable."""
    answer = cluster.request("GET", f"/{index}/_count", check=_require_all_shards)
    return int(answer["count"])


def ndjson(lines: Iterable[object]) -> str:
    """Lines of JSON, as multi-searches and bulks want them."""
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def _search(layout: HashLayout, rows: HashRows, limit: int, *, by_name: bool) -> dict[str, Any]:
    method = {"ef_search": max(layout.ef_search, limit)}
    nearest: list[dict[str, Any]] = [
        {"knn": {field: {"vector": vector, "k": limit, "method_parameters": method}}}
        for field in layout.fields
        for vector in np.pad(rows, ((0, 0), (0, SALT_BYTES))).view(np.int8).tolist()
    ]
    if by_name and layout.exact_field:
        named = {layout.exact_field: sorted({row.tobytes().hex() for row in rows})}
        nearest.append({"constant_score": {"filter": {"terms": named}, "boost": _score(0)}})
    return {
        "size": limit,
        "query": {"dis_max": {"queries": nearest}},
        "track_total_hits": False,
        # Ids come from a column: documents are not read at all.
        "stored_fields": "_none_",
        "docvalue_fields": [ID_FIELD],
    }


def _require_answers(answer: Mapping[str, Any]) -> None:
    """Each search of a multi-search has a status of its own."""
    for one in answer["responses"]:
        status = 504 if one.get("timed_out") else one["status"]
        if status != 200:  # noqa: PLR2004 - OK
            error = one.get("error", {})
            failure = HTTP_EXCEPTIONS.get(status, TransportError)
            raise failure(status, error.get("type", "timed_out"), error)


def _require_all_shards(answer: Mapping[str, Any]) -> None:
    if answer["_shards"]["failed"]:
        raise TransportError(503, "shards_failed", answer["_shards"])


def _neighbours(answer: Mapping[str, Any]) -> list[Neighbour]:
    hits = answer.get("hits", {}).get("hits", [])
    found = [Neighbour(hit["fields"][ID_FIELD][0], _distance(hit["_score"])) for hit in hits]
    return sorted(found, key=lambda neighbour: (neighbour.distance, neighbour.fingerprint_id))


def _score(distance: int) -> float:
    return 1 / (1 + SALT_DISTANCE + distance)


def _distance(score: float) -> int:
    return round(1 / score) - 1 - SALT_DISTANCE
