"""Registering writes pictures and products as one."""

from __future__ import annotations

import pytest

from lookalike.catalogue.registration import RegisteredImage, Registration, register
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


def test_twice_is_once_but_for_the_time(storage: MemoryStorage) -> None:
    item = _registration("a", 1)
    register(storage, [item], now=5)
    assert register(storage, [item], now=9) == [PutOutcome.UNCHANGED]
    [picture] = storage.pictures.get_many([item.images[0].fingerprint.fingerprint_id]).values()
    assert picture.last_seen == 9


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
