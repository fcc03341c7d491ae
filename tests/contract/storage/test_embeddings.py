"""Every storage of one machine against the sentences of ``EmbeddingStore``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookalike.errors import BadParameterError
from lookalike.pictures import Picture
from lookalike.products import ProductImage
from lookalike.storage.embeddings import (
    EmbeddingSpace,
    EmbeddingStore,
    Quantisation,
    Vector,
    Vectors,
    pack,
)
from lookalike.storage.interfaces import Storage
from lookalike.storage.listing import ProductFilter
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.contract.storage.conftest import IN_STEP, Reopen

pytestmark = pytest.mark.parametrize("kind", IN_STEP, indirect=True)

DIMENSION = 16
SPACE = EmbeddingSpace("model-1", DIMENSION, Quantisation.FLOAT32)


class SomethingElseError(Exception):
    pass


def embeddings_of(storage: Storage) -> EmbeddingStore:
    store = getattr(storage, "embeddings", None)
    assert isinstance(store, EmbeddingStore)
    return store


def some_vectors(count: int, seed: int = 0) -> Vectors:
    source = np.random.default_rng(seed)
    vectors = source.normal(size=(count, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def embedded(number: int, vector: Vector, version: str = SPACE.version) -> Picture:
    picture = a_picture(number)
    embeddings = {version: pack(vector)}
    return replace(picture, fingerprint=replace(picture.fingerprint, embeddings=embeddings))


def ids(*numbers: int) -> list[str]:
    return [a_fingerprint_id(number) for number in numbers]


def found(storage: Storage, query: Vector, limit: int = 3) -> list[str]:
    nearest = embeddings_of(storage).nearest(SPACE, query, limit)
    return [each.fingerprint_id for each in nearest]


def test_should_find_the_nearest_pictures_by_cosine(storage: Storage, reopen: Reopen) -> None:
    vectors = some_vectors(300)
    storage.pictures.put_many([embedded(n, vector) for n, vector in enumerate(vectors)])
    storage = reopen(storage)

    nearest = embeddings_of(storage).nearest(SPACE, vectors[7], 20)

    cosines = vectors @ vectors[7]
    best = np.argsort(-cosines)[:20]
    assert [each.fingerprint_id for each in nearest] == ids(*best.tolist())
    assert [each.cosine for each in nearest] == pytest.approx(cosines[best], abs=2e-3)
    assert embeddings_of(storage).counts() == {SPACE.version: 300}


def test_should_hold_conditions_before_the_nearest_are_chosen(storage: Storage) -> None:
    vectors = some_vectors(300)
    storage.pictures.put_many([embedded(n, vector) for n, vector in enumerate(vectors)])
    colours = {n: "red" if n % 50 == 0 else "blue" for n in range(300)}
    storage.products.put_many([a_product(n, attributes={"c": c}) for n, c in colours.items()])
    red = ProductFilter(attributes=frozenset({("c", "red")}))

    nearest = embeddings_of(storage).nearest(SPACE, vectors[1], 5, red)

    numbers = sorted(range(0, 300, 50), key=lambda n: -float(vectors[n] @ vectors[1]))[:5]
    assert [each.fingerprint_id for each in nearest] == ids(*numbers)
    none = ProductFilter(sku="nobody's")
    assert embeddings_of(storage).nearest(SPACE, vectors[1], 5, none) == []


def test_should_hold_conditions_exactly(storage: Storage) -> None:
    vectors = some_vectors(8)
    storage.pictures.put_many([embedded(n, vector) for n, vector in enumerate(vectors)])
    attributes = [
        {"c": "red"},
        {"b": "1", "c": "red"},
        {'x"c': "red"},
        {"b": ',"c":"red"'},
        {"c": 'red"'},
        {"c": "red\0", "d": "Ü\\"},
    ]
    products = [a_product(n, attributes=each) for n, each in enumerate(attributes)]
    further = (ProductImage("7.jpg", a_fingerprint_id(7)),)
    several = a_product(6, attributes={"c": "red", "d": "x"}, sku="K-9")
    storage.products.put_many([*products, replace(several, further_images=further)])
    store = embeddings_of(storage)

    def numbers(wanted: ProductFilter) -> set[str]:
        return {each.fingerprint_id for each in store.nearest(SPACE, vectors[0], 9, wanted)}

    def having(*pairs: tuple[str, str]) -> ProductFilter:
        return ProductFilter(attributes=frozenset(pairs))

    assert numbers(having(("c", "red"))) == set(ids(0, 1, 6, 7))
    assert numbers(having(("c", "red"), ("d", "x"))) == set(ids(6, 7))
    assert numbers(having(("c", "red\0"), ("d", "Ü\\"))) == set(ids(5))
    assert numbers(ProductFilter(text="K-9")) == set(ids(6, 7))
    assert numbers(ProductFilter(text='","c"')) == set()
    assert numbers(ProductFilter(sku="K-9")) == set(ids(6, 7))


def test_should_write_embeddings_in_the_transaction_of_their_pictures(
    storage: Storage, reopen: Reopen
) -> None:
    one, two = some_vectors(2)
    storage.pictures.put_many([embedded(1, one)])

    def fail() -> None:
        with storage.transaction():
            storage.pictures.put_many([embedded(2, two)])
            raise SomethingElseError

    with pytest.raises(SomethingElseError):
        fail()
    storage = reopen(storage)
    assert found(storage, two) == ids(1)
    assert embeddings_of(storage).get(SPACE, a_fingerprint_id(2)) is None


def test_should_lose_the_embeddings_of_removed_pictures(storage: Storage, reopen: Reopen) -> None:
    vectors = some_vectors(3)
    storage.pictures.put_many([embedded(n, vector) for n, vector in enumerate(vectors)])
    storage.products.put_many([a_product(1)])
    assert set(found(storage, vectors[0])) == set(ids(0, 1, 2))

    assert storage.pictures.sweep(2_000_000) == 2

    assert found(storage, vectors[0]) == ids(1)
    storage.pictures.put_many([embedded(2, vectors[2])])
    assert found(storage, vectors[2]) == ids(2, 1)
    assert found(reopen(storage), vectors[2]) == ids(2, 1)


def test_should_keep_several_versions_side_by_side_and_move_a_name(
    storage: Storage, reopen: Reopen
) -> None:
    one, other = some_vectors(2)
    storage.pictures.put_many([embedded(1, one), embedded(1, other, "model-2")])
    store = embeddings_of(storage)
    assert store.counts() == {"model-1": 1, "model-2": 1}
    assert store.alias("default") is None
    store.set_alias("default", "model-1")
    store.set_alias("default", "model-2")

    store.drop("model-1")

    store = embeddings_of(reopen(storage))
    assert store.alias("default") == "model-2"
    assert store.counts() == {"model-2": 1}
    assert store.nearest(SPACE, one, 1) == []
    [likeness] = store.nearest(replace(SPACE, version="model-2"), other, 1)
    assert likeness.cosine == pytest.approx(1, abs=1e-3)


def test_should_say_which_pictures_lack_an_embedding(storage: Storage) -> None:
    vectors = some_vectors(5)
    storage.pictures.put_many([a_picture(n) for n in range(5)])
    storage.pictures.put_many([a_picture(9, version="older")])
    store = embeddings_of(storage)
    assert store.add("model-1", {a_fingerprint_id(2): pack(vectors[2])}) == 1
    unknown = {a_fingerprint_id(77): pack(vectors[0]), a_fingerprint_id(2): pack(vectors[0])}
    assert store.add("model-1", unknown) == 0

    first = store.unembedded("model-1", 0, 3)
    rest = store.unembedded("model-1", first.after, 3)

    assert [first.fingerprint_ids, rest.fingerprint_ids] == [ids(0, 1), ids(3, 4)]
    assert not first.is_last
    assert rest.is_last
    storage.pictures.put_many([a_picture(6)])
    assert store.unembedded("model-1", rest.after, 3).fingerprint_ids == ids(6)


def test_should_find_what_takes_the_place_of_swept_pictures(storage: Storage) -> None:
    storage.pictures.put_many([a_picture(n) for n in range(3)])
    storage.pictures.put_many([a_picture(n, last_seen=1) for n in (3, 4)])
    store = embeddings_of(storage)
    seen = store.unembedded("model-1", 0, 9)
    storage.products.put_many([a_product(n) for n in range(3)])
    assert storage.pictures.sweep(2) == 2
    storage.pictures.put_many([a_picture(n) for n in (5, 6, 7)])
    assert store.unembedded("model-1", seen.after, 9).fingerprint_ids == ids(5, 6, 7)


def test_should_leave_out_pictures_that_a_model_refuses(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(n) for n in range(4)])
    storage.products.put_many([a_product(n) for n in range(3)])
    store = embeddings_of(storage)
    store.refuse("model-1", dict.fromkeys(ids(3, 1, 77), "Too dark."))
    store.refuse("model-2", {a_fingerprint_id(0): "Too bright."})

    storage = reopen(storage)
    store = embeddings_of(storage)
    assert store.refusals("model-1") == dict.fromkeys(ids(1, 3), "Too dark.")
    assert store.unembedded("model-1", 0, 9).fingerprint_ids == ids(0, 2)
    assert store.unembedded("model-2", 0, 9).fingerprint_ids == ids(1, 2, 3)

    assert storage.pictures.sweep(2_000_000) == 1
    assert list(store.refusals("model-1")) == ids(1)
    store.forget_refusals("model-1")
    assert store.unembedded("model-1", 0, 9).fingerprint_ids == ids(0, 1, 2)
    store.drop("model-2")
    assert store.refusals("model-2") == {}


def test_should_forget_refusals_of_a_transaction_that_failed(storage: Storage) -> None:
    storage.pictures.put_many([a_picture(1)])
    store = embeddings_of(storage)

    def fail() -> None:
        with storage.transaction():
            store.refuse("model-1", {a_fingerprint_id(1): "Too dark."})
            raise SomethingElseError

    with pytest.raises(SomethingElseError):
        fail()
    assert store.refusals("model-1") == {}


def test_should_say_how_many_bytes_embeddings_take(storage: Storage) -> None:
    vectors = some_vectors(3)
    storage.pictures.put_many([embedded(n, vector) for n, vector in enumerate(vectors)])
    assert embeddings_of(storage).sizes() == {SPACE.version: 3 * 2 * DIMENSION}


def test_should_return_a_stored_embedding_and_keep_the_first(storage: Storage) -> None:
    one, other = some_vectors(2)
    storage.pictures.put_many([embedded(1, one)])
    storage.pictures.put_many([embedded(1, other)])
    stored = embeddings_of(storage).get(SPACE, a_fingerprint_id(1))
    assert stored is not None
    assert float(stored @ one) == pytest.approx(1, abs=1e-3)


def test_should_refuse_queries_of_another_dimension(storage: Storage) -> None:
    store = embeddings_of(storage)
    storage.pictures.put_many([embedded(1, some_vectors(1)[0])])
    with pytest.raises(ValueError, match="shape"):
        store.nearest(SPACE, np.ones(3, np.float32), 1)
    with pytest.raises(ValueError, match="limit"):
        store.nearest(SPACE, some_vectors(1)[0], 0)
    with pytest.raises(ValueError, match="3 numbers"):
        store.get(replace(SPACE, dimension=3), a_fingerprint_id(1))


def test_should_refuse_texts_that_are_no_unicode(storage: Storage) -> None:
    with pytest.raises(BadParameterError):
        embeddings_of(storage).set_alias("\ud800", "model-1")
