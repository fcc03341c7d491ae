"""What comparing asks of the vector index on OpenSearch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

from opensearchpy import TransportError

from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.vectors import OpenSearchVectors


class SearchableVectors:
    """The pictures of one algorithm version that the index has.

    Args:
        vectors: the index.
        cluster: where it is.
        alias: of the index.
    """

    def __init__(self, vectors: OpenSearchVectors, cluster: Cluster, alias: str) -> None:
        self._cluster = cluster
        self._alias = alias
        self.ids = vectors.ids
        self.count = vectors.count

    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Those of these that the index has now, whether searches show them already or not.

        Raises:
            StorageUnavailableError: the index does not answer.
        """
        if not fingerprint_ids:
            return set()
        answer = self._cluster.request(
            "POST",
            f"/{self._alias}/_mget",
            {"ids": list(fingerprint_ids)},
            {"_source": "false", "filter_path": "docs._id,docs.found,docs.error"},
            _require_answers,
        )
        return {document["_id"] for document in answer["docs"] if document["found"]}


def _require_answers(answer: Mapping[str, Any]) -> None:
    """A shard that cannot answer for a document says nothing about whether it is there."""
    errors = [document["error"] for document in answer["docs"] if "error" in document]
    if errors:
        raise TransportError(HTTPStatus.SERVICE_UNAVAILABLE.value, "unanswered", errors[0])
