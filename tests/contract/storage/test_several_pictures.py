"""Products that show several pictures are found by each of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.products import Product, ProductState
from lookalike.storage.interfaces import PutOutcome, Storage
from lookalike.storage.listing import ProductFilter, products_of_pages
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product, an_image
from tests.contract.storage.conftest import Reopen

SEVERAL = a_product(1, further=(2, 3))


def _showing(storage: Storage, number: int) -> list[str]:
    return [product.entity_id for product in storage.products.showing(a_fingerprint_id(number))]


def test_should_give_back_every_field_of_every_image(storage: Storage, reopen: Reopen) -> None:
    uploaded = replace(an_image(3, state=ProductState.FEATURELESS), image_url=None)
    product = replace(a_product(1), further_images=(an_image(2), uploaded, an_image(1)))

    storage.products.put_many([product])

    storage = reopen(storage)
    assert storage.products.get_many([product.entity_id]) == {product.entity_id: product}
    assert storage.products.page().products == [product]
    assert storage.products.put_many([product]) == [PutOutcome.UNCHANGED]


def test_should_find_a_product_by_any_of_its_pictures_once(
    storage: Storage, reopen: Reopen
) -> None:
    """Whatever the picture is to the others that show it, and however often a product shows it."""
    both = replace(a_product(2), further_images=(an_image(2), an_image(3), an_image(3)))
    storage.products.put_many([a_product(3), SEVERAL, both])

    storage = reopen(storage)

    assert list(storage.products.showing(a_fingerprint_id(1))) == [SEVERAL]
    assert list(storage.products.showing(a_fingerprint_id(2))) == [SEVERAL, both]
    assert list(storage.products.showing(a_fingerprint_id(3))) == [SEVERAL, both, a_product(3)]
    assert storage.products.count() == 3


def test_should_list_many_products_that_show_a_picture_beside_others(
    storage: Storage, reopen: Reopen
) -> None:
    products = [
        a_product(number, further=[1_000])
        if number % 2
        else a_product(number, fingerprint_id=a_fingerprint_id(1_000))
        for number in range(230)
    ]
    storage.products.put_many(products)

    assert list(reopen(storage).products.showing(a_fingerprint_id(1_000))) == products


def test_should_say_that_a_product_is_replaced_where_only_a_further_picture_differs(
    storage: Storage, reopen: Reopen
) -> None:
    others = [
        a_product(1),
        a_product(1, further=(2,)),
        a_product(1, further=(3, 2)),
        replace(SEVERAL, further_images=(an_image(2), replace(an_image(3), image_url=None))),
        replace(SEVERAL, further_images=(an_image(2), replace(an_image(3), source_revision="9"))),
    ]
    for other in others:
        storage.products.put_many([SEVERAL])
        assert storage.products.put_many([other]) == [PutOutcome.REPLACED]
        storage = reopen(storage)
        assert list(storage.products.get_many([SEVERAL.entity_id]).values()) == [other]


@pytest.mark.parametrize("in_transaction", [False, True])
def test_should_forget_the_further_pictures_of_a_deleted_or_replaced_product(
    storage: Storage, reopen: Reopen, *, in_transaction: bool
) -> None:
    storage.products.put_many([SEVERAL, a_product(4, further=(5, 6, 7))])

    if in_transaction:
        with storage.transaction():
            assert storage.products.delete(SEVERAL.entity_id)
            storage.products.put_many([a_product(4, further=(8, 6))])
            assert [_showing(storage, number) for number in (2, 7)] == [[], []]
    else:
        assert storage.products.delete(SEVERAL.entity_id)
        storage.products.put_many([a_product(4, further=(8, 6))])

    storage = reopen(storage)
    own = [a_product(4).entity_id]
    found = {number: _showing(storage, number) for number in range(1, 9)}
    assert found == {1: [], 2: [], 3: [], 4: own, 5: [], 6: own, 7: [], 8: own}
    assert storage.products.count() == 1
    assert not storage.products.delete(SEVERAL.entity_id)


def test_should_undo_further_pictures_with_a_transaction(storage: Storage, reopen: Reopen) -> None:
    storage.products.put_many([SEVERAL])

    def fail() -> None:
        with storage.transaction():
            storage.products.put_many([a_product(1, further=(7,)), a_product(8, further=(2,))])
            assert _showing(storage, 2) == [a_product(8).entity_id]
            assert _showing(storage, 7) == [SEVERAL.entity_id]
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    storage = reopen(storage)
    assert list(storage.products.showing(a_fingerprint_id(2))) == [SEVERAL]
    assert list(storage.products.showing(a_fingerprint_id(7))) == []


def test_should_sweep_only_pictures_that_no_product_shows_in_any_place(
    storage: Storage, reopen: Reopen
) -> None:
    storage.pictures.put_many([a_picture(number, last_seen=1) for number in range(1, 6)])
    storage.products.put_many([SEVERAL, a_product(4, further=(5,))])

    assert storage.pictures.sweep(100) == 0
    storage.products.put_many([a_product(4)])
    storage.products.delete(SEVERAL.entity_id)
    storage.products.put_many([a_product(9, fingerprint_id=a_fingerprint_id(3))])

    storage = reopen(storage)
    assert storage.pictures.sweep(100) == 3
    left = storage.pictures.get_many(a_fingerprint_id(number) for number in range(1, 6))
    assert left.keys() == {a_fingerprint_id(3), a_fingerprint_id(4)}


def test_should_list_and_filter_each_product_once(storage: Storage, reopen: Reopen) -> None:
    products = [a_product(number, further=(number + 100, 500)) for number in range(9)]
    storage.products.put_many(products)
    products_of = reopen(storage).products

    for wanted in (ProductFilter(), ProductFilter(text="entity-"), ProductFilter(sku="SKU-3")):
        for limit in (1, 2, 100):
            pages = products_of_pages(partial(products_of.page, limit=limit, wanted=wanted))
            shown = sorted(pages, key=lambda product: product.entity_id)
            assert shown == list(filter(wanted.accepts, products))


def test_should_know_no_product_by_a_key_that_a_storage_makes(storage: Storage) -> None:
    storage.products.put_many([SEVERAL])

    for name in (f"{SEVERAL.entity_id}\x1f1", f"{SEVERAL.entity_id}\x1f2"):
        assert storage.products.get_many([name]) == {}
        assert not storage.products.delete(name)

    assert _showing(storage, 2) == [SEVERAL.entity_id]


def test_should_refuse_lone_surrogates_in_further_images(storage: Storage) -> None:
    for image in (
        replace(an_image(2), image_url="\ud800"),
        replace(an_image(2), fingerprint_id="\ud800"),
        replace(an_image(2), source_revision="\ud800"),
    ):
        with pytest.raises(BadParameterError, match="surrogate"):
            storage.products.put_many([replace(a_product(1), further_images=(image,))])
    assert storage.products.count() == 0


products = st.builds(
    lambda number, pictures: a_product(
        number, fingerprint_id=a_fingerprint_id(pictures[0]), further=pictures[1:]
    ),
    st.integers(0, 3),
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.lists(products, max_size=3) | st.integers(0, 3), max_size=12))
def test_should_behave_like_the_kind_in_memory(
    storage: Storage, steps: list[list[Product] | int]
) -> None:
    model = MemoryStorage(VERSION)
    for number in range(4):
        storage.products.delete(a_product(number).entity_id)
    for step in steps:
        for kind in (model, storage):
            with kind.transaction():
                if isinstance(step, int):
                    kind.products.delete(a_product(step).entity_id)
                else:
                    kind.products.put_many(step)
    for number in range(5):
        assert _showing(storage, number) == _showing(model, number)
    assert storage.products.count() == model.products.count()


def test_should_say_at_once_who_shows_each_of_some_pictures(storage: Storage) -> None:
    both = replace(a_product(2), fingerprint_id=a_fingerprint_id(1))
    storage.products.put_many([SEVERAL, both, a_product(9)])
    asked = [a_fingerprint_id(number) for number in (9, 1, 55)]
    found = storage.products.showing_each(asked, 1)
    assert {name: products for name, products in found.items() if products} == {
        a_fingerprint_id(9): [a_product(9)],
        a_fingerprint_id(1): [SEVERAL],
    }
    assert storage.products.showing_each(asked, 5)[a_fingerprint_id(1)] == [SEVERAL, both]
