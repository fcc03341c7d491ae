"""The index by looks on OpenSearch as one more kind of index to measure."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from opensearchpy import OpenSearch
from typing_extensions import override

from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vector, Vectors, pack
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.looks_index import LooksEntry
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.looks_schema import LooksSettings
from lookalike.storage.opensearch.schema import Engine
from lookalike.storage.opensearch.service import LOOKS_BASE
from lookalike.storage.synced_index import APPLIED
from scripts.benchmarks.looks_indices import FilledIndex, Rows

_PASSES = "passes"
"""Prefix of the attribute that products have which pass a filter."""
_A_REQUEST = 500


class OpenSearchIndex(FilledIndex):
    """An index on a node, with the Lucene engine and floats: nodes of tests lack that of Faiss.

    Args:
        client: of the node, which has no such index yet.
        filters: the rows that pass each filter; no two are as many.
        parts: what it is filled with.
    """

    clock = staticmethod(time.perf_counter)

    def __init__(
        self, client: OpenSearch, filters: Sequence[Rows], parts: Sequence[Vectors]
    ) -> None:
        space = EmbeddingSpace("benchmark", parts[0].shape[1])
        settings = LooksSettings(
            engine=Engine.LUCENE,
            replicas=0,
            dimension=space.dimension,
            quantisation=Quantisation.FLOAT32,
        )
        name = IndexAdmin(client, space.version, LOOKS_BASE).create(settings)
        self._looks = OpenSearchLooks(client, space)
        self._passed = {len(rows): set(rows.tolist()) for rows in filters}
        start = 0
        for part in parts:
            self._fill(start, part)
            start += len(part)
        client.indices.forcemerge(index=name, params={"max_num_segments": 1, "timeout": 3600})
        client.indices.refresh(index=name)
        stats = client.indices.stats(index=name, metric="store")
        self.bytes = int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    def _fill(self, start: int, part: Vectors) -> None:
        for place in range(0, len(part), _A_REQUEST):
            rows = range(start + place, start + min(place + _A_REQUEST, len(part)))
            entries = [
                LooksEntry(str(row), "", self._attributes(row), {str(row): pack(part[row - start])})
                for row in rows
            ]
            refused = [each for each in self._looks.bulk(entries) if each != APPLIED]
            if refused:
                raise RuntimeError(f"OpenSearch refused a product: {refused[0]}")

    def _attributes(self, row: int) -> Mapping[str, str]:
        return {
            f"{_PASSES} {count:,}": "yes" for count, rows in self._passed.items() if row in rows
        }

    @override
    def nearest(self, query: Vector, count: int, among: Rows | None) -> set[int]:
        wanted = EVERY_PRODUCT
        if among is not None:
            wanted = ProductFilter(attributes=frozenset({(f"{_PASSES} {len(among):,}", "yes")}))
        return {int(each.entity_id) for each in self._looks.nearest(query, count, wanted)}
