"""How products are laid out in OpenSearch for searches by looks.

A physical index ``looks-<model version>-<n>`` is used through the alias ``looks-<model version>``.
It has a document for each picture of each product, with the attributes of the product. The first
document of a product also says what all of them are made of, and how many they are; a product
without embeddings has it alone.

Pictures nested in one document for each product would be simpler to write. But which of them looks
most alike is then said by inner hits, for each of which OpenSearch searches once more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from typing_extensions import override

from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vector, unpack
from lookalike.storage.looks_index import LooksEntry
from lookalike.storage.opensearch.schema import Engine, IndexSettings

ID = "entity_id"
PICTURE = "fingerprint_id"
ATTRIBUTES = "attributes"
VECTOR = "vector"
PRODUCT = "product"
"""The entity id once more, in the first document of a product alone: these are counted and listed.
"""
DIGEST = "digest"
COUNT = "documents"
LEAST_EF_SEARCH = 256
"""Candidates that a search keeps in the graph, at least."""

_BYTES = "int8"
_GREATEST_BYTE = 127
_HALF_FLOATS = {"encoder": {"name": "sq", "parameters": {"bits": 16}}}


@dataclass(frozen=True, slots=True)
class LooksSettings(IndexSettings):
    """Settings and mappings of a physical index of looks.

    Attributes:
        engine: Faiss keeps half floats, as the tables do, and every service has it; bytes are
            Lucene's, which domains have.
        m: as of ``IndexSettings``; float vectors need fewer links than hashes.
        ef_construction: as of ``IndexSettings``.
        dimension: numbers of an embedding.
        quantisation: of the vectors that are searched: half floats, floats or bytes.
    """

    engine: Engine = Engine.FAISS
    m: int = 16
    ef_construction: int = 128
    dimension: int = 512
    quantisation: Quantisation = Quantisation.FLOAT16

    @classmethod
    def of(cls, space: EmbeddingSpace, *, shards: int = 1, replicas: int = 1) -> LooksSettings:
        """Settings of an index on a domain, with the quantisation of the space."""
        return cls(
            engine=Engine.LUCENE if space.quantisation is Quantisation.INT8 else Engine.FAISS,
            shards=shards,
            replicas=replicas,
            dimension=space.dimension,
            quantisation=space.quantisation,
        )

    @property
    @override
    def mappings(self) -> dict[str, Any]:
        """The mappings, as OpenSearch takes them; documents with other fields are refused."""
        parameters = {"m": self.m, "ef_construction": self.ef_construction}
        encoder = _HALF_FLOATS if self.quantisation is Quantisation.FLOAT16 else {}
        kind = {"data_type": "byte"} if self.quantisation is Quantisation.INT8 else {}
        vector = {
            "type": "knn_vector",
            "dimension": self.dimension,
            **kind,
            "space_type": "cosinesimil",
            "method": {
                "name": "hnsw",
                "engine": self.engine.value,
                "parameters": {**parameters, **encoder},
            },
        }
        keyword = {"type": "keyword"}
        found = {ID: keyword, PICTURE: keyword, ATTRIBUTES: keyword, VECTOR: vector}
        first = {PRODUCT: keyword, DIGEST: keyword, COUNT: {"type": "integer"}}
        return {"dynamic": "strict", "properties": found | first}


def serverless_looks(space: EmbeddingSpace) -> LooksSettings:
    """Settings for a serverless collection, which decides about the rest itself."""
    return LooksSettings(
        approximate_threshold=None,
        shards=None,
        replicas=None,
        refresh_seconds=None,
        slow_seconds=None,
        dimension=space.dimension,
        quantisation=Quantisation.FLOAT32,
    )


def index_version(space: EmbeddingSpace) -> str:
    """What indices of a space are named by: those of bytes stand beside those of floats.

    Neither name begins with the other, since a template applies to all names that begin alike.
    """
    is_bytes = space.quantisation is Quantisation.INT8
    return f"{_BYTES}-{space.version}" if is_bytes else space.version


def vector_numbers(vector: Vector, space: EmbeddingSpace) -> list[float]:
    """An embedding, not zero, as an index of the space takes it.

    Bytes use their whole range for each vector: its length does not change a cosine.
    """
    if space.quantisation is not Quantisation.INT8:
        return [float(number) for number in vector]
    scaled = vector * (_GREATEST_BYTE / np.abs(vector).max())
    return [int(number) for number in np.rint(scaled)]


def document_id(entity_id: str, number: int = 0) -> str:
    """The id of one of the documents of a product; an entity id itself may be too long for it."""
    return f"{blake2b(entity_id.encode(), digest_size=16).hexdigest()}-{number}"


def looks_documents(entry: LooksEntry, space: EmbeddingSpace) -> list[dict[str, Any]]:
    """The documents of a product. A picture whose embedding has no direction is like no other.

    Raises:
        ValueError: an embedding has another dimension than the space.
    """
    attributes = [attribute_term(*pair) for pair in entry.attributes.items()]
    shared = {ID: entry.entity_id, ATTRIBUTES: attributes}
    found: list[dict[str, Any]] = [
        {PICTURE: fingerprint_id, VECTOR: vector_numbers(vector, space)}
        for fingerprint_id, packed in entry.embeddings.items()
        if (vector := unpack([packed], space.dimension)[0]).any()
    ]
    first, *others = found or [{}]
    first |= {PRODUCT: entry.entity_id, DIGEST: entry.digest, COUNT: 1 + len(others)}
    return [shared | document for document in (first, *others)]


def attribute_term(name: str, value: str) -> str:
    """An attribute as one term, by which it is filtered."""
    return json.dumps([name, value], ensure_ascii=False)
