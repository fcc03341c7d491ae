"""The index of products by looks on OpenSearch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch
from typing_extensions import override

from lookalike.errors import BadParameterError, LookalikeError
from lookalike.storage.embeddings import EmbeddingSpace, Vector, require_query, unpack
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.looks_index import LikeProduct, LooksChange, LooksEntry, LooksIndex
from lookalike.storage.opensearch.bulk import BulkRequests, Write
from lookalike.storage.opensearch.client import SEARCH_RETRIES, Cluster
from lookalike.storage.opensearch.looks_schema import (
    ATTRIBUTES,
    COUNT,
    DIGEST,
    ID,
    LEAST_EF_SEARCH,
    PICTURE,
    PRODUCT,
    VECTOR,
    attribute_term,
    document_id,
    index_version,
    looks_documents,
    vector_numbers,
)
from lookalike.storage.opensearch.schema import alias_name
from lookalike.storage.opensearch.search import count, documents, ids, multi_search
from lookalike.storage.opensearch.service import LOOKS_BASE
from lookalike.storage.refusals import require_unicode
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import APPLIED, ChangeOutcome, ChangeState, worse

Writes = Mapping[str, Write]
"""By the id of the document."""
MAX_STEPS = 3
UNFINISHED = ""
"""The digest of a product while its further documents are written."""
MAX_LIMIT = 10_000
"""Documents that OpenSearch finds at most."""


class OpenSearchLooks(LooksIndex):
    """The products of one version of a model.

    Changes show in answers after the index's next refresh.

    Args:
        client: from ``connect``.
        space: the embeddings in it, and how the index keeps them.
        base: prefix of index names.
        index: an index's own name, in place of the alias that serves.
        retries: for requests that OpenSearch is too busy for.
        refresh: as of ``OpenSearchVectors``.
    """

    def __init__(  # noqa: PLR0913 - where it is, and how it is written
        self,
        client: OpenSearch,
        space: EmbeddingSpace,
        base: str = LOOKS_BASE,
        *,
        index: str | None = None,
        retries: RetryPolicy = SEARCH_RETRIES,
        refresh: str = "false",
    ) -> None:
        self.space = space
        self._cluster = Cluster(client, retries)
        self._alias = index or alias_name(base, index_version(space))
        self._requests = BulkRequests(self._cluster, self._alias, refresh, is_alias=index is None)

    @override
    def nearest(
        self, query: Vector, limit: int, wanted: ProductFilter = EVERY_PRODUCT
    ) -> list[LikeProduct]:
        require_query(self.space, query, limit)
        if limit > MAX_LIMIT:
            raise ValueError(f"limit must be {MAX_LIMIT:,} or less, not {limit}")
        require_unicode(wanted.texts)
        if not query.any():  # it has no direction, and so no cosine
            return []
        numbers = vector_numbers(query, self.space)
        [answer] = multi_search(self._cluster, self._alias, [_search(numbers, limit, wanted)])
        found = map(_like_product, answer.get("hits", {}).get("hits", []))
        return sorted(found, key=lambda each: (-each.cosine, each.fingerprint_id, each.entity_id))

    @override
    def bulk(self, changes: Sequence[LooksChange]) -> list[ChangeOutcome]:
        last = {change.entity_id: change for change in changes}
        outcomes = dict(_refused(last, self.space))
        try:
            before = self._first([key for key in last if key not in outcomes])
        except LookalikeError as error:
            retry = ChangeOutcome(ChangeState.RETRY, error.detail)
            return [outcomes.get(change.entity_id, retry) for change in changes]
        steps = {
            key: _steps(last[key], self.space, before.get(key, {}).get(COUNT, 1))
            for key in last.keys() - outcomes.keys()
        }
        for number in range(MAX_STEPS):
            writes = {
                key: own[number]
                for key, own in steps.items()
                if number < len(own) and outcomes.get(key, APPLIED) == APPLIED
            }
            for key, outcome in self._outcomes(writes):
                outcomes[key] = worse(outcomes.get(key, APPLIED), outcome)
        return [outcomes[change.entity_id] for change in changes]

    def _outcomes(self, writes: Mapping[str, Writes]) -> Iterator[tuple[str, ChangeOutcome]]:
        """Write documents of products; what became of each, with its product."""
        owners = {document: key for key, own in writes.items() for document in own}
        together = {document: each for own in writes.values() for document, each in own.items()}
        for document, outcome in self._requests.write(together).items():
            yield owners[document], outcome

    @override
    def digests(self, entity_ids: Collection[str]) -> dict[str, str]:
        return {key: first[DIGEST] for key, first in self._first(entity_ids).items()}

    @override
    def ids(self, after: str = "", limit: int = MAX_LIMIT, until: str = "") -> list[str]:
        return ids(self._cluster, self._alias, after, limit, until, field=PRODUCT)

    @override
    def count(self) -> int:
        return count(self._cluster, self._alias, {"q": f"_exists_:{PRODUCT}"})

    def _first(self, entity_ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """The first documents of products, without what they are found by."""
        keys = {document_id(entity_id): entity_id for entity_id in entity_ids}
        found = documents(self._cluster, self._alias, keys, f"{DIGEST},{COUNT}")
        return {keys[key]: document for key, document in found.items()}


def _refused(
    changes: Mapping[str, LooksChange], space: EmbeddingSpace
) -> Iterator[tuple[str, ChangeOutcome]]:
    """The changes that are rejected without being sent."""
    for key, change in changes.items():
        try:
            require_unicode([key])
            if isinstance(change, LooksEntry):
                unpack(list(change.embeddings.values()), space.dimension)
        except (BadParameterError, ValueError) as error:
            yield key, ChangeOutcome(ChangeState.REJECTED, str(error))


def _steps(change: LooksChange, space: EmbeddingSpace, before: int) -> list[Writes]:
    """What makes the documents of a product those of the change, where it had so many before.

    The first document says how many there are, and by its digest, that nothing is to be done. So it
    never says fewer than there are, and has the new digest only when all others are written:
    whatever fails in between, the next change of the product finds what is left.
    """
    new = looks_documents(change, space) if isinstance(change, LooksEntry) else []
    ids = [document_id(change.entity_id, number) for number in range(max(len(new), before))]
    writes: dict[str, Write] = {
        key: ({"index": {"_id": key}}, document) for key, document in zip(ids, new, strict=False)
    }
    writes |= {key: ({"delete": {"_id": key}},) for key in ids[len(new) :]}
    first = {ids[0]: writes.pop(ids[0])}
    if len(new) <= before:
        return [writes, first] if writes else [first]
    unfinished = {**new[0], DIGEST: UNFINISHED}
    return [{ids[0]: ({"index": {"_id": ids[0]}}, unfinished)}, writes, first]


def _search(numbers: Sequence[float], limit: int, wanted: ProductFilter) -> dict[str, Any]:
    """The nearest pictures of products. The filter holds before these are chosen.

    Where there is none, a filter that all documents pass leaves out those that are deleted. Without
    any, they take places among the nearest until their segment is merged.
    (Source: https://github.com/opensearch-project/k-NN/issues/1491)
    """
    terms = sorted(attribute_term(*pair) for pair in wanted.attributes)
    conditions = [{"term": {ATTRIBUTES: term}} for term in terms]
    nearest = {
        "vector": numbers,
        "k": limit,
        "method_parameters": {"ef_search": max(LEAST_EF_SEARCH, limit)},
        "filter": {"bool": {"filter": conditions}} if conditions else {"match_all": {}},
    }
    return {
        "size": limit,
        "query": {"knn": {VECTOR: nearest}},
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": [ID, PICTURE],
    }


def _like_product(hit: Mapping[str, Any]) -> LikeProduct:
    """OpenSearch scores a cosine c as (1 + c) / 2."""
    fields = hit["fields"]
    return LikeProduct(fields[ID][0], fields[PICTURE][0], 2 * hit["_score"] - 1)
