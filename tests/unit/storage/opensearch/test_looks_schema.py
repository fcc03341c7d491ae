from __future__ import annotations

from dataclasses import replace

import numpy as np

from lookalike.storage.embeddings import EmbeddingSpace, Quantisation
from lookalike.storage.opensearch.looks_schema import LooksSettings, index_version, vector_numbers
from lookalike.storage.opensearch.schema import Engine

HALF = EmbeddingSpace("model-1", 512)
BYTES = replace(HALF, quantisation=Quantisation.INT8)


def test_should_keep_cosines_in_bytes() -> None:
    source = np.random.default_rng(0)
    one, noise = source.normal(size=(2, 512)).astype(np.float32)
    other = one + noise
    kept, others = (np.array(vector_numbers(each, BYTES)) for each in (one, other))
    assert kept.dtype.kind == "i"
    assert np.abs(kept).max() == 127
    assert abs(_cosine(kept, others) - _cosine(one, other)) < 2e-3
    assert vector_numbers(one, HALF) == one.tolist()


def test_should_name_indices_of_bytes_apart() -> None:
    """A template applies to all indices whose names begin with its own."""
    names = index_version(HALF), index_version(BYTES)
    assert names == ("model-1", "int8-model-1")


def test_should_leave_bytes_to_the_engine_that_has_them() -> None:
    settings = LooksSettings.of(BYTES, replicas=0)
    vector = settings.mappings["properties"]["vector"]
    assert (settings.engine, vector["data_type"]) == (Engine.LUCENE, "byte")
    assert "data_type" not in LooksSettings.of(HALF).mappings["properties"]["vector"]


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
