"""Registering writes pictures and products as one."""

from __future__ import annotations

import pytest

from lookalike.catalogue.registration import (
    SEEN_AGAIN_SECONDS,
    RegisteredImage,
    Registration,
    register,
)
from lookalike.products import ProductState
from lookalike.storage.interfaces import PutOutcome
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint


def _registration(entity_id: str, number: int, quality: int = 80) -> Registration:
    fingerprint = a_fingerprint(number, quality=quality)
    image = RegisteredImage("https://shop.example/x.jpg", fingerprint, "r")
    return Registration(entity_id, "sku", [image], {"k": "v"})


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage(VERSION)


def test_many_products_of_one_picture_cost_one_picture(storage: MemoryStorage) -> None:
    outcomes = register(storage, [_registration(name, 1) for name in "abc"], now=5)
    assert outcomes == [PutOutcome.CREATED] * 3
    assert (storage.products.count(), storage.pictures.count()) == (3, 1)


def _last_seen(storage: MemoryStorage, number: int) -> int:
    key = a_fingerprint(number).fingerprint_id
    return storage.pictures.get_many([key])[key].last_seen


def test_twice_is_once(storage: MemoryStorage) -> None:
    item = _registration("a", 1)
    register(storage, [item], now=5)
    assert register(storage, [item], now=99_999) == [PutOutcome.UNCHANGED]
    assert _last_seen(storage, 1) == 5


def test_a_product_that_begins_to_show_a_picture_sees_it(storage: MemoryStorage) -> None:
    """Not each time, where many products show one picture, but long before it would be swept."""
    register(storage, [_registration("a", 1)], now=5)
    register(storage, [_registration("b", 1)], now=5 + SEEN_AGAIN_SECONDS)
    assert _last_seen(storage, 1) == 5
    register(storage, [_registration("c", 1)], now=6 + SEEN_AGAIN_SECONDS)
    assert _last_seen(storage, 1) == 6 + SEEN_AGAIN_SECONDS


def test_a_lost_picture_is_written_again_though_its_product_stays(storage: MemoryStorage) -> None:
    item = _registration("a", 1)
    storage.products.put_many([item.product])
    assert register(storage, [item], now=5) == [PutOutcome.UNCHANGED]
    assert _last_seen(storage, 1) == 5


def test_another_picture_replaces_the_product(storage: MemoryStorage) -> None:
    register(storage, [_registration("a", 1)], now=5)
    assert register(storage, [_registration("a", 2)], now=6) == [PutOutcome.REPLACED]


def test_the_product_keeps_everything_it_was_registered_with(storage: MemoryStorage) -> None:
    item = _registration("a", 1)
    register(storage, [item], now=5)
    product = storage.products.get_many(["a"])["a"]
    assert product == item.product
    assert (product.attributes, product.source_revision) == ({"k": "v"}, "r")
    assert product.state is ProductState.ACTIVE


def test_a_featureless_picture_is_kept_and_marked(storage: MemoryStorage) -> None:
    register(storage, [_registration("a", 1, quality=0)], now=5)
    assert storage.products.get_many(["a"])["a"].state is ProductState.FEATURELESS
    assert storage.pictures.count() == 1


def test_nothing_to_register_is_nothing(storage: MemoryStorage) -> None:
    assert register(storage, [], now=5) == []
