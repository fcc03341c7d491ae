from __future__ import annotations

import numpy as np
import pytest

from lookalike.storage.cosine_index import CosineIndex
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vectors

DIMENSION = 32
ROWS = 100


def some_vectors(count: int) -> Vectors:
    source = np.random.default_rng(count)
    vectors = source.normal(size=(count, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def an_index(vectors: Vectors, quantisation: Quantisation = Quantisation.FLOAT32) -> CosineIndex:
    index = CosineIndex(EmbeddingSpace("m", DIMENSION, quantisation), segment_rows=ROWS)
    for start in range(0, len(vectors), 70):
        keys = range(2 * start, 2 * (start + len(vectors[start : start + 70])), 2)
        index.append(list(keys), [f"{key:05d}" for key in keys], vectors[start : start + 70])
    return index


@pytest.mark.parametrize(
    ("quantisation", "error"),
    [(Quantisation.FLOAT32, 1e-5), (Quantisation.FLOAT16, 1e-3), (Quantisation.INT8, 2e-2)],
)
def test_should_find_the_nearest_in_segments_and_behind_them(
    quantisation: Quantisation, error: float
) -> None:
    vectors = some_vectors(330)
    snapshot = an_index(vectors, quantisation).snapshot
    assert len(snapshot.segments) == 3
    assert len(snapshot.rest) == 30
    for row in (0, 150, 329):
        cosines = vectors @ vectors[row]
        nearest = snapshot.nearest(vectors[row], 10)
        assert nearest[0].fingerprint_id == f"{2 * row:05d}"
        for each in nearest:
            assert each.cosine == pytest.approx(cosines[int(each.fingerprint_id) // 2], abs=error)
        assert min(each.cosine for each in nearest) >= np.sort(cosines)[-10] - 2 * error


def test_should_leave_out_what_was_removed_and_what_is_not_asked_for() -> None:
    vectors = some_vectors(250)
    index = an_index(vectors)
    before = index.snapshot
    index.remove([0, 7, 10_000])
    after = index.snapshot

    assert before.nearest(vectors[0], 1)[0].fingerprint_id == "00000"
    assert "00000" not in [each.fingerprint_id for each in after.nearest(vectors[0], 250)]
    assert (before.count, after.count) == (250, 249)
    among = np.array([0, 2, 5, 400, 499, 9_000], np.int64)
    found = {each.fingerprint_id for each in after.nearest(vectors[0], 9, among)}
    assert found == {"00002", "00400"}
    assert after.nearest(vectors[0], 9, np.empty(0, np.int64)) == []


def test_should_find_nothing_in_an_empty_index() -> None:
    index = an_index(some_vectors(0))
    query = some_vectors(1)[0]
    assert index.snapshot.nearest(query, 5) == []
    assert index.snapshot.nearest(query, 5, np.array([1], np.int64)) == []


def test_should_pass_over_keys_that_it_has_not() -> None:
    vectors = some_vectors(3)
    index = an_index(some_vectors(0))
    index.append([7, 9, 5_000], ["first", "second", "third"], vectors)
    among = np.array([2, 8, 9, 10, 5_001, 90_000], np.int64)
    [found] = index.snapshot.nearest(vectors[0], 3, among)
    assert found.fingerprint_id == "second"


def test_should_be_worn_once_most_is_removed() -> None:
    index = an_index(some_vectors(250))
    index.remove(range(0, 200, 2))
    assert not index.is_worn
    index.remove(range(0, 300, 2))
    assert index.is_worn
    index.clear()
    assert not index.is_worn
    assert index.snapshot.count == 0


def test_should_find_the_nearest_of_a_large_segment_by_signs_and_then_by_numbers() -> None:
    source = np.random.default_rng(5)
    clusters = source.normal(size=(60, 100)).repeat(60, axis=0)
    far = clusters + 0.9 * source.normal(size=(3_600, 100)) + 1  # as numbers of colours are
    vectors = far.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = CosineIndex(EmbeddingSpace("m", 100, Quantisation.INT8), segment_rows=3_600)
    index.append(range(3_600), [f"{row:05d}" for row in range(3_600)], vectors)
    odd = np.arange(1, 3_600, 2)
    for row in range(0, 3_600, 90):
        cosines = vectors @ vectors[row]
        exact = {f"{each:05d}" for each in np.argsort(-cosines)[:10].tolist()}
        found = {each.fingerprint_id for each in index.snapshot.nearest(vectors[row], 10)}
        assert len(found & exact) >= 8
        among = index.snapshot.nearest(vectors[row], 10, odd)
        best = odd[np.argsort(-cosines[odd])[:10]]
        assert {int(each.fingerprint_id) % 2 for each in among} == {1}
        assert sum(int(each.fingerprint_id) in best for each in among) >= 8
