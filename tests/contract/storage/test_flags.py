"""The flags of products; storages in memory have none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.errors import BadParameterError
from lookalike.storage.flags import Flag
from lookalike.storage.interfaces import Storage
from tests.builders import a_product
from tests.contract.storage.conftest import Reopen


@pytest.fixture(params=["embedded", "embedded, reopened", "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    """Kinds of storage that keep flags."""
    return str(request.param)


def a_flag(entity_id: str) -> Flag:
    return Flag(entity_id, "f1", {"entity_id": "other", "match_percentage": 99.5}, 7.5)


def test_should_give_back_a_flag_until_it_is_removed(storage: Storage, reopen: Reopen) -> None:
    storage.flags.put(a_flag("a"))
    changed = replace(a_flag("a"), fingerprint_id="f2")
    storage.flags.put(changed)
    storage = reopen(storage)
    assert storage.flags.get_many(["a", "b"]) == {"a": changed}
    storage.flags.remove("a")
    storage.flags.remove("a")
    assert storage.flags.get_many(["a"]) == {}


def test_should_show_pages_by_entity_id(storage: Storage) -> None:
    names = ["..x", "10", "9", "A", "a", "ü"]
    for name in reversed(names):
        storage.flags.put(a_flag(name))
    first = storage.flags.page("", 4)
    second = storage.flags.page(first[-1].entity_id, 4)
    assert [flag.entity_id for flag in [*first, *second]] == names
    assert len(first) == 4


@pytest.mark.parametrize("further", [(), (2, 3)])
def test_should_go_with_the_product(storage: Storage, further: tuple[int, ...]) -> None:
    product = a_product(1, further=further)
    storage.products.put_many([product])
    storage.flags.put(a_flag(product.entity_id))
    assert storage.products.delete(product.entity_id)
    assert storage.flags.page("", 9) == []
    assert not storage.products.delete(product.entity_id)


def test_should_stay_where_a_product_is_replaced(storage: Storage) -> None:
    product = a_product(1)
    storage.products.put_many([product])
    storage.flags.put(a_flag(product.entity_id))
    storage.products.put_many([replace(product, sku="other")])
    assert len(storage.flags.page("", 9)) == 1


def test_should_be_part_of_a_transaction(storage: Storage) -> None:
    with storage.transaction():
        storage.flags.put(a_flag("a"))
        assert storage.flags.get_many(["a"]) == {"a": a_flag("a")}
        storage.flags.remove("a")
    assert storage.flags.get_many(["a"]) == {}


def test_should_refuse_what_is_no_text(storage: Storage) -> None:
    with pytest.raises(BadParameterError):
        storage.flags.put(a_flag("\ud800"))
