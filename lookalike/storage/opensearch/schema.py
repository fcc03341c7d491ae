"""How pictures are laid out in OpenSearch: one document each, its hashes as binary vectors.

A physical index ``pictures-<version>-<n>`` holds pictures of one algorithm version and is used
through the alias ``pictures-<version>``. So a release only sees the version that it computes, old
and new releases work side by side, and another mapping only needs the alias to be moved.

Catalogues shot in one template hold many pictures with one pHash, and graphs (HNSW) fall apart
over equal vectors: where a tenth of 100,000 pHashes were one of 20, the nearest of the others was
missed by 9.5 % of queries four bits away, whatever the effort. So every vector ends in a salt that
its picture's id decides, eight bytes with one bit each, and queries end in zeros: that adds exactly
8 to every distance, and of the same 200 queries none missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from lookalike.fingerprint.layout import LAYOUTS, HashLayout
from lookalike.pictures import VectorEntry
from lookalike.storage.refusals import FIELD_BYTES

ID_FIELD = "fingerprint_id"
"""The document's id as a column, to sort by and to read without the document."""
EXACT_FIELDS = {layout.exact_field: layout for layout in LAYOUTS.values() if layout.exact_field}
"""Fields with every value of a hash in hex digits, so that equal hashes are found without a graph.
"""
SALT_BYTES = 8
SALT_DISTANCE = 8
"""Bits that a salt differs from the zeros of a query: one in each byte."""


class Engine(StrEnum):
    """The library that k-NN searches with."""

    LUCENE = "lucene"
    FAISS = "faiss"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Settings and mappings of a physical index.

    Attributes:
        engine: the library that searches.
        m: links of a vector in the graph.
        ef_construction: candidates for these links when a vector is added.
        approximate_threshold: vectors of a segment from which Faiss builds a graph; -1 never, and
            smaller segments are searched exactly. Lucene always builds one.
        shards: primary shards: one for every 20 million pictures.
        replicas: further copies of each.
        refresh_seconds: how long a new picture may not be searchable yet.
        slow_seconds: a shard logs a request that takes this long as slow; ``None``: none.

    ``None`` leaves the other figures to the service.
    """

    engine: Engine = Engine.LUCENE
    m: int = 32
    ef_construction: int = 256
    approximate_threshold: int | None = 10_000
    shards: int | None = 1
    replicas: int | None = 1
    refresh_seconds: int | None = 1
    slow_seconds: int | None = 1

    @property
    def settings(self) -> dict[str, Any]:
        """The index settings, as OpenSearch takes them."""
        threshold = self.approximate_threshold if self.engine is Engine.FAISS else None
        slow = _seconds(self.slow_seconds)
        wanted = {
            "knn": True,
            "number_of_shards": self.shards,
            "number_of_replicas": self.replicas,
            "refresh_interval": _seconds(self.refresh_seconds),
            "knn.advanced.approximate_threshold": threshold,
            "search.slowlog.threshold.query.warn": slow,
            "search.slowlog.threshold.fetch.warn": slow,
            "indexing.slowlog.threshold.index.warn": slow,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    @property
    def mappings(self) -> dict[str, Any]:
        """The mappings, as OpenSearch takes them; documents with other fields are refused."""
        method = {
            "name": "hnsw",
            "engine": self.engine.value,
            "parameters": {"m": self.m, "ef_construction": self.ef_construction},
        }
        vectors = {
            field: {
                "type": "knn_vector",
                "dimension": layout.bits + 8 * SALT_BYTES,
                "data_type": "binary",
                "space_type": "hamming",
                "method": method,
            }
            for layout in LAYOUTS.values()
            for field in layout.fields
        }
        keywords = {name: {"type": "keyword"} for name in (ID_FIELD, *EXACT_FIELDS)}
        return {"dynamic": "strict", "properties": {**keywords, **vectors}}


SERVERLESS_SETTINGS = IndexSettings(
    Engine.FAISS,
    approximate_threshold=None,
    shards=None,
    replicas=None,
    refresh_seconds=None,
    slow_seconds=None,
)
"""For a serverless collection, which has only this engine and decides about the rest itself."""


def _seconds(number: int | None) -> str | None:
    return None if number is None else f"{number}s"


def alias_name(base: str, version: str) -> str:
    """The alias of the index of one algorithm version."""
    return f"{base}-{version}"


def index_document(entry: VectorEntry) -> dict[str, Any]:
    """The document of a picture: hashes with their salt, as signed bytes."""
    digest = blake2b(entry.fingerprint_id.encode(), digest_size=SALT_BYTES).digest()
    salt = bytes(1 << byte % 8 for byte in digest)
    document: dict[str, Any] = {
        field: memoryview(value + salt).cast("b").tolist()
        for field, value in entry.hashes.items()
        if field in FIELD_BYTES
    }
    exact = {name: _values(entry, layout) for name, layout in EXACT_FIELDS.items()}
    return {ID_FIELD: entry.fingerprint_id, **exact, **document}


def _values(entry: VectorEntry, layout: HashLayout) -> list[str]:
    """The distinct values of one hash, in hex digits."""
    return sorted({entry.hashes[field].hex() for field in layout.fields if field in entry.hashes})


def document_hashes(document: Mapping[str, Any]) -> dict[str, bytes]:
    """The hashes of a document, by field."""
    return {
        field: bytes(byte % 256 for byte in document[field][:-SALT_BYTES])
        for field in FIELD_BYTES
        if field in document
    }
