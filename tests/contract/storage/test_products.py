from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.products import ProductState
from lookalike.storage.interfaces import PutOutcome, Storage
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id, a_product
from tests.contract.storage.conftest import Reopen

CREATED, REPLACED, UNCHANGED = PutOutcome.CREATED, PutOutcome.REPLACED, PutOutcome.UNCHANGED


def test_should_give_back_every_field_of_a_product(storage: Storage, reopen: Reopen) -> None:
    product = replace(
        a_product(1, attributes={"b": "2", "a": "1"}, source_revision="123-456"),
        image_url=None,
        state=ProductState.FEATURELESS,
    )

    storage.products.put_many([product])

    assert reopen(storage).products.get_many([product.entity_id]) == {product.entity_id: product}


def test_should_say_what_each_put_changed(storage: Storage, reopen: Reopen) -> None:
    """Every field counts: a product that differs in one of them is replaced."""
    first = a_product(1)
    others = [
        replace(first, sku="other"),
        replace(first, image_url=None),
        replace(first, attributes={"category": "shoes"}),
        replace(first, fingerprint_id=a_fingerprint_id(9)),
        replace(first, state=ProductState.FEATURELESS),
        replace(first, source_revision="2"),
    ]

    assert storage.products.put_many([first, a_product(2)]) == [CREATED, CREATED]
    storage = reopen(storage)
    assert storage.products.put_many([first, a_product(2), a_product(3)]) == [
        UNCHANGED,
        UNCHANGED,
        CREATED,
    ]
    for other in others:
        assert storage.products.put_many([other]) == [REPLACED]
        assert storage.products.put_many([other]) == [UNCHANGED]
        assert storage.products.get_many([first.entity_id]) == {first.entity_id: other}
        assert storage.products.put_many([first]) == [REPLACED]


def test_should_take_attributes_in_another_order_or_map_as_equal(
    storage: Storage, reopen: Reopen
) -> None:
    storage.products.put_many([a_product(1, attributes={"a": "1", "b": "2"})])

    outcomes = reopen(storage).products.put_many(
        [a_product(1, attributes=MappingProxyType({"b": "2", "a": "1"}))]
    )

    assert outcomes == [UNCHANGED]


def test_should_not_follow_changes_of_a_map_that_it_was_given(
    storage: Storage, reopen: Reopen
) -> None:
    attributes = {"category": "shirts"}
    storage.products.put_many([a_product(1, attributes=attributes)])

    attributes["category"] = "shoes"

    (stored,) = reopen(storage).products.get_many(["entity-000001"]).values()
    assert stored.attributes == {"category": "shirts"}


def test_should_let_the_later_win_where_one_call_names_an_entity_twice(
    storage: Storage, reopen: Reopen
) -> None:
    one, two = a_product(1, sku="one"), a_product(1, sku="two")

    assert storage.products.put_many([one, two, two]) == [CREATED, REPLACED, UNCHANGED]

    storage = reopen(storage)
    assert storage.products.get_many([one.entity_id]) == {one.entity_id: two}
    assert storage.products.count() == 1


def test_should_take_an_empty_call(storage: Storage) -> None:
    assert storage.products.put_many([]) == []
    assert storage.products.get_many([]) == {}


def test_should_leave_out_unknown_products(storage: Storage, reopen: Reopen) -> None:
    storage.products.put_many([a_product(1)])

    found = reopen(storage).products.get_many(iter(["nobody", "entity-000001", "entity-000001"]))

    assert found == {"entity-000001": a_product(1)}


def test_should_know_no_product_by_an_empty_or_endless_id(storage: Storage) -> None:
    storage.products.put_many([a_product(1)])

    for name in ("", "a" * 5_000):
        assert storage.products.get_many([name, "entity-000001"]) == {"entity-000001": a_product(1)}
        assert not storage.products.delete(name)
        assert list(storage.products.showing(name)) == []
        assert storage.pictures.get_many([name]) == {}


def test_should_get_thousands_at_once(storage: Storage, reopen: Reopen) -> None:
    products = [a_product(number) for number in range(1_600)]
    storage.products.put_many(products)

    found = reopen(storage).products.get_many(product.entity_id for product in products)

    assert found == {product.entity_id: product for product in products}


def test_should_delete_once(storage: Storage, reopen: Reopen) -> None:
    storage.products.put_many([a_product(1), a_product(2)])

    assert storage.products.delete("entity-000001")
    storage = reopen(storage)
    assert not storage.products.delete("entity-000001")
    assert storage.products.get_many(["entity-000001"]) == {}
    assert list(storage.products.showing(a_fingerprint_id(1))) == []
    assert storage.products.count() == 1


def test_should_list_the_products_that_show_a_picture_by_entity_id(
    storage: Storage, reopen: Reopen
) -> None:
    """More than one page of them, put in another order, beside products of other pictures."""
    shared = a_fingerprint_id(0)
    products = [a_product(number, fingerprint_id=shared) for number in range(350)]
    storage.products.put_many([*reversed(products), *(a_product(n) for n in range(1_000, 1_020))])

    assert list(reopen(storage).products.showing(shared)) == products


@pytest.mark.parametrize("number", [99, 100, 101, 200])
def test_should_list_whole_pages(storage: Storage, reopen: Reopen, number: int) -> None:
    shared = a_fingerprint_id(0)
    storage.products.put_many([a_product(n, fingerprint_id=shared) for n in range(number)])

    assert len(list(reopen(storage).products.showing(shared))) == number


def test_should_follow_a_product_to_its_new_picture(storage: Storage, reopen: Reopen) -> None:
    storage.products.put_many([a_product(1)])
    moved = replace(a_product(1), fingerprint_id=a_fingerprint_id(2))
    storage.products.put_many([moved])

    storage = reopen(storage)
    assert list(storage.products.showing(a_fingerprint_id(1))) == []
    assert list(storage.products.showing(a_fingerprint_id(2))) == [moved]


def test_should_allow_writing_while_a_listing_is_open(storage: Storage) -> None:
    shared = a_fingerprint_id(0)
    products = [a_product(number, fingerprint_id=shared) for number in range(300)]
    storage.products.put_many(products)
    listing = storage.products.showing(shared)
    first = next(listing)

    storage.products.delete(products[150].entity_id)
    storage.products.put_many([a_product(1_000)])

    shown = [first, *listing]
    assert [product for product in shown if product != products[150]] == [
        product for product in products if product != products[150]
    ]


operations = st.lists(
    st.tuples(
        st.sampled_from(["put", "delete"]),
        st.integers(0, 4),
        st.sampled_from(["x", "y"]),
        st.integers(0, 2),
    ),
    max_size=30,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(operations=operations)
def test_should_behave_like_a_dictionary(
    storage: Storage, operations: list[tuple[str, int, str, int]]
) -> None:
    """Whatever is put and deleted in whatever order, as the kind in memory does it."""
    model = MemoryStorage(VERSION)
    for number in range(5):
        storage.products.delete(a_product(number).entity_id)
    for action, number, sku, picture in operations:
        product = a_product(number, sku=sku, fingerprint_id=a_fingerprint_id(picture))
        for products in (model.products, storage.products):
            if action == "put":
                products.put_many([product])
            else:
                products.delete(product.entity_id)
    for picture in range(3):
        shown = list(storage.products.showing(a_fingerprint_id(picture)))
        assert shown == list(model.products.showing(a_fingerprint_id(picture)))
    assert storage.products.count() == model.products.count()
