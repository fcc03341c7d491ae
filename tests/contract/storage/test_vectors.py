from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour, Storage
from tests.builders import (
    VERSION,
    a_fingerprint_id,
    a_picture,
    a_vector_entry,
    some_hashes,
    with_flipped_bits,
)
from tests.contract.storage.brute_force import (
    assert_nearest,
    clustered_entries,
    noisy_queries,
    rows,
)
from tests.contract.storage.conftest import Reopen


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 2**32),
    number=st.integers(1, 60),
    limit=st.one_of(st.integers(1, 8), st.integers(1, 10_000)),
)
def test_should_find_what_comparing_with_everything_finds(
    storage: Storage, seed: int, number: int, limit: int
) -> None:
    source = random.Random(seed)  # noqa: S311 - repeatable
    entries = clustered_entries(source, number)
    queries = noisy_queries(source, entries)
    storage.vectors.add(entries)
    try:
        assert_nearest(storage.vectors.nearest(queries, limit), entries, queries, limit)
    finally:
        storage.vectors.remove(entry.fingerprint_id for entry in entries)
    assert storage.vectors.count() == 0


def test_should_find_the_nearest_of_thousands(storage: Storage, reopen: Reopen) -> None:
    source = random.Random(1)  # noqa: S311 - repeatable
    entries = clustered_entries(source, 3_000)
    queries = noisy_queries(source, entries)
    storage.vectors.add(entries)
    storage = reopen(storage)
    for limit in (1, 50, 2_999, 10_000):
        assert_nearest(storage.vectors.nearest(queries, limit), entries, queries, limit)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_should_stay_right_through_additions_and_removals(storage: Storage, seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - repeatable
    pool = clustered_entries(source, 30)
    there: dict[str, VectorEntry] = {}
    for _ in range(8):
        some = source.sample(pool, source.randint(1, 10))
        if source.random() < 0.6:
            storage.vectors.add(some)
            there.update((entry.fingerprint_id, entry) for entry in some)
        else:
            storage.vectors.remove(entry.fingerprint_id for entry in some)
            for entry in some:
                there.pop(entry.fingerprint_id, None)
        queries = noisy_queries(source, pool)
        answer = storage.vectors.nearest(queries, 5)
        assert_nearest(answer, list(there.values()), queries, 5)
        assert storage.vectors.count() == len(there)
    storage.vectors.remove(there)


def test_should_find_a_picture_that_was_put(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1), a_picture(2)])

    answer = reopen(storage).vectors.nearest({"phash": rows(some_hashes(1)["phash"])}, 1)

    assert answer == {"phash": [Neighbour(a_fingerprint_id(1), 0)]}


def test_should_find_a_picture_by_any_field_of_an_algorithm(
    storage: Storage, reopen: Reopen
) -> None:
    hashes = some_hashes(1, trimmed=True)
    storage.pictures.put_many([a_picture(1, trimmed=True), *map(a_picture, range(2, 20))])
    storage = reopen(storage)

    for field, algorithm in {
        "phash_trimmed": "phash",
        "phash": "phash",
        "deep_centre": "deep",
    }.items():
        asked = rows(some_hashes(99)[algorithm], with_flipped_bits(hashes[field], 3))
        answer = storage.vectors.nearest({algorithm: asked}, 1)
        assert answer == {algorithm: [Neighbour(a_fingerprint_id(1), 3)]}


def test_should_answer_only_the_algorithms_that_are_asked(storage: Storage) -> None:
    storage.vectors.add([a_vector_entry(1)])

    assert set(storage.vectors.nearest({"deep": rows(bytes(64))}, 3)) == {"deep"}
    assert storage.vectors.nearest({}, 3) == {}


def test_should_answer_nothing_when_empty(storage: Storage, reopen: Reopen) -> None:
    assert reopen(storage).vectors.nearest({"phash": rows(bytes(8))}, 3) == {"phash": []}


def test_should_answer_nothing_without_query_rows(storage: Storage) -> None:
    storage.vectors.add([a_vector_entry(1)])

    assert storage.vectors.nearest({"phash": np.empty((0, 8), np.uint8)}, 3) == {"phash": []}


def test_should_take_rows_that_are_not_contiguous(storage: Storage) -> None:
    storage.vectors.add([a_vector_entry(1)])
    asked = rows(some_hashes(1)["phash"], bytes(8), some_hashes(2)["phash"])

    assert storage.vectors.nearest({"phash": asked[::2]}, 1)["phash"][0].distance == 0


def test_should_keep_other_versions_out_of_answers_and_counts(
    storage: Storage, reopen: Reopen
) -> None:
    storage.pictures.put_many([a_picture(1, version="old"), a_picture(2)])
    storage.vectors.add([a_vector_entry(3, version="old")])

    storage = reopen(storage)
    assert storage.vectors.count() == 1
    (neighbour,) = storage.vectors.nearest({"phash": rows(some_hashes(1)["phash"])}, 5)["phash"]
    assert neighbour.fingerprint_id == a_fingerprint_id(2)
    assert storage.pictures.count() == 2


def test_should_add_twice_as_once(storage: Storage, reopen: Reopen) -> None:
    storage.vectors.add([a_vector_entry(1), a_vector_entry(1)])
    storage.vectors.add([a_vector_entry(1)])

    assert reopen(storage).vectors.count() == 1


def test_should_ignore_unknown_ids_in_removal(storage: Storage, reopen: Reopen) -> None:
    storage.vectors.add([a_vector_entry(1), a_vector_entry(2)])

    storage.vectors.remove(iter([a_fingerprint_id(1), "nobody", a_fingerprint_id(1)]))
    storage.vectors.remove([])

    storage = reopen(storage)
    assert storage.vectors.count() == 1
    (neighbour,) = storage.vectors.nearest({"deep": rows(some_hashes(1)["deep"])}, 5)["deep"]
    assert neighbour.fingerprint_id == a_fingerprint_id(2)


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_should_refuse_a_limit_out_of_range(storage: Storage, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        storage.vectors.nearest({"phash": rows(bytes(8))}, limit)


@pytest.mark.parametrize(
    "queries",
    [
        {"unknown": rows(bytes(8))},
        {"phash": rows(bytes(64))},
        {"phash": rows(bytes(8)).astype(np.int64)},
        {"phash": rows(bytes(8))[0]},
    ],
)
def test_should_refuse_queries_that_fit_no_algorithm(
    storage: Storage, queries: dict[str, HashRows]
) -> None:
    with pytest.raises(ValueError, match=r"algorithm|shape"):
        storage.vectors.nearest(queries, 5)


def test_should_refuse_entries_that_fit_no_field(storage: Storage) -> None:
    with pytest.raises(ValueError, match="deep must have 64 bytes"):
        storage.vectors.add([VectorEntry("a", VERSION, {"deep": bytes(63)})])
    assert storage.vectors.count() == 0


def test_should_refuse_lone_surrogates(storage: Storage) -> None:
    with pytest.raises(BadParameterError):
        storage.vectors.add([VectorEntry("\udc80", VERSION, some_hashes(1))])
    with pytest.raises(BadParameterError):
        storage.vectors.remove(["\udc80"])
