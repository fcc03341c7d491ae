"""Requests that read the index: nearest pictures, counts, ids, presence.

A check is one round trip for all hashes, fields and forms. Its search asks for the k nearest on
every field with every query row and takes the best of each picture (``dis_max``), which is how the
distance between a query and a picture is defined. OpenSearch scores a
Hamming distance d as 1 / (1 + d), and the salt of the vectors adds ``SALT_DISTANCE`` to each; a
pHash found by name scores as distance 0.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
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
    """Implement ``VectorIndex.nearest`` for an index or alias.

    Args:
        cluster: sends the request.
        index: name of the index or alias.
        queries: query rows by algorithm name.
        limit: neighbours per algorithm.
        by_name: whether equal pHashes are also found by their hex digits, beside the graphs.
    """
    require_queries(queries, limit)
    asked = [name for name, rows in queries.items() if len(rows)]
    if not asked:
        return {name: [] for name in queries}
    searches = [_search(LAYOUTS[name], queries[name], limit, by_name=by_name) for name in asked]
    answers = multi_search(cluster, index, searches)
    found = dict(zip(asked, map(_neighbours, answers), strict=True))
    return {name: found.get(name, []) for name in queries}


def multi_search(
    cluster: Cluster, index: str, searches: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The answers to searches, in one request. None of them is partial."""
    header: dict[str, Any] = {"allow_partial_search_results": False}
    answer = cluster.request(
        "POST",
        f"/{index}/_msearch",
        ndjson(line for search in searches for line in (header, search)),
        {"filter_path": _READ},
        _require_answers,
    )
    return list(answer["responses"])


def count(cluster: Cluster, index: str, params: Mapping[str, str] | None = None) -> int:
    """The number of searchable documents of an index or alias, or of some of them."""
    answer = cluster.request("GET", f"/{index}/_count", params=params, check=_require_all_shards)
    return int(answer["count"])


def ids(  # noqa: PLR0913, PLR0917 - the place, and the part of it
    cluster: Cluster, index: str, after: str, limit: int, until: str, field: str = ID_FIELD
) -> list[str]:
    """Implement ``SyncedIndex.ids`` for an index or alias, by the field that has ids."""
    asked = {"gt": after} | ({"lte": until} if until else {})
    query = {
        "size": limit,
        "query": {"range": {field: asked}},
        "sort": [field],
        "track_total_hits": False,
        "stored_fields": "_none_",
    }
    params = {"filter_path": "hits.hits.sort", "allow_partial_search_results": "false"}
    answer = cluster.request("POST", f"/{index}/_search", query, params)
    return [hit["sort"][0] for hit in answer.get("hits", {}).get("hits", [])]


def present(cluster: Cluster, index: str, fingerprint_ids: Collection[str]) -> set[str]:
    """Implement ``SyncedIndex.present`` for an index or alias."""
    return set(documents(cluster, index, fingerprint_ids))


def documents(
    cluster: Cluster, index: str, keys: Collection[str], fields: str = ""
) -> dict[str, Mapping[str, Any]]:
    """Those of these documents that there are, with some of their fields, or with none."""
    if not keys:
        return {}
    source = {"_source_includes": fields} if fields else {"_source": "false"}
    answer = cluster.request(
        "POST",
        f"/{index}/_mget",
        {"ids": list(keys)},
        {**source, "filter_path": "docs._id,docs.found,docs.error,docs._source"},
        _require_documents,
    )
    found = (document for document in answer["docs"] if document["found"])
    return {document["_id"]: document.get("_source", {}) for document in found}


def ndjson(lines: Iterable[object]) -> str:
    """Lines of JSON, the body of multi-searches and bulks."""
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
        status = HTTPStatus.GATEWAY_TIMEOUT if one.get("timed_out") else one["status"]
        if status != HTTPStatus.OK:
            error = one.get("error", {})
            failure = HTTP_EXCEPTIONS.get(status, TransportError)
            raise failure(status, error.get("type", "timed_out"), error)


def _require_documents(answer: Mapping[str, Any]) -> None:
    """A shard that cannot answer for a document does not say whether the document exists."""
    errors = [document["error"] for document in answer["docs"] if "error" in document]
    if errors:
        raise TransportError(HTTPStatus.SERVICE_UNAVAILABLE.value, "unanswered", errors[0])


def _require_all_shards(answer: Mapping[str, Any]) -> None:
    if answer["_shards"]["failed"]:
        raise TransportError(
            HTTPStatus.SERVICE_UNAVAILABLE.value, "shards_failed", answer["_shards"]
        )


def _neighbours(answer: Mapping[str, Any]) -> list[Neighbour]:
    hits = answer.get("hits", {}).get("hits", [])
    found = [Neighbour(hit["fields"][ID_FIELD][0], _distance(hit["_score"])) for hit in hits]
    return sorted(found, key=lambda neighbour: (neighbour.distance, neighbour.fingerprint_id))


def _score(distance: int) -> float:
    return 1 / (1 + SALT_DISTANCE + distance)


def _distance(score: float) -> int:
    return round(1 / score) - 1 - SALT_DISTANCE
