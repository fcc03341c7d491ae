from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.storage.interfaces import Storage
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter, products_of_pages
from tests.builders import a_product
from tests.contract.storage.conftest import Reopen

SHIRT = {"category": "Shirt", "colour": "blue"}


def listed(storage: Storage, wanted: ProductFilter = EVERY_PRODUCT, limit: int = 2) -> list[str]:
    pages = storage.products
    return [p.entity_id for p in products_of_pages(lambda after: pages.page(after, limit, wanted))]


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_should_show_every_product_once_page_by_page(
    storage: Storage, reopen: Reopen, limit: int
) -> None:
    products = [a_product(number) for number in range(7)]
    storage.products.put_many(products)
    storage = reopen(storage)
    assert len(storage.products.page(limit=limit).products) == min(limit, 7)
    assert sorted(listed(storage, limit=limit)) == sorted(p.entity_id for p in products)


def test_should_have_one_empty_page_where_there_is_no_product(storage: Storage) -> None:
    page = storage.products.page()
    assert (list(page.products), page.after) == ([], None)


def test_should_go_on_behind_a_product_that_is_gone(storage: Storage) -> None:
    storage.products.put_many([a_product(number) for number in range(6)])
    every = listed(storage)
    first = storage.products.page(limit=2)
    assert first.after is not None
    for entity_id in every[:2]:
        storage.products.delete(entity_id)
    assert [p.entity_id for p in storage.products.page(first.after, 4).products] == every[2:]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProductFilter(frozenset({("category", "Shirt")})), {"a1", "b2"}),
        (ProductFilter(frozenset(SHIRT.items())), {"a1"}),
        (ProductFilter(frozenset({("category", "shirt")})), set()),
        (ProductFilter(frozenset({("category", "Shir")})), set()),
        (ProductFilter(frozenset({(",", ":")})), set()),
        (ProductFilter(sku="S-1"), {"a1", "c3"}),
        (ProductFilter(sku=""), {"d4"}),
        (ProductFilter(frozenset({("category", "Shirt")}), sku="S-1"), {"a1"}),
        (ProductFilter(text="s-"), {"a1", "b2", "c3"}),
        (ProductFilter(text="B2"), {"b2"}),
        (ProductFilter(text="GRÜN"), {"b2"}),
        (ProductFilter(text="strasse"), {"d4"}),
        (ProductFilter(text='24" \\ W'), {"c3"}),
        (ProductFilter(text="colour"), set()),
        (ProductFilter(text='":"'), set()),
        (ProductFilter(sku="S-1", text="blue"), {"a1"}),
    ],
)
def test_should_show_the_products_that_meet_every_condition(
    storage: Storage, reopen: Reopen, wanted: ProductFilter, found: set[str]
) -> None:
    storage.products.put_many(
        [
            a_product(entity_id="a1", sku="S-1", attributes=SHIRT),
            a_product(entity_id="b2", sku="S-2", attributes={"category": "Shirt", "x": "grün"}),
            a_product(entity_id="c3", sku="S-1", attributes={"size": '24" \\ wide'}),
            a_product(entity_id="d4", sku="", attributes={",": "b", ":": ":", "street": "Straße"}),
        ]
    )
    assert set(listed(reopen(storage), wanted, limit=1)) == found


texts = st.text('aAßs":,\\{}\n\0k\u212a', max_size=4)
pairs = st.dictionaries(texts, texts, max_size=2)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(attributes=pairs, wanted=st.builds(ProductFilter, pairs.map(dict.items).map(frozenset)))
def test_should_find_by_attributes_what_the_filter_accepts(
    storage: Storage, attributes: dict[str, str], wanted: ProductFilter
) -> None:
    product = a_product(attributes=attributes)
    storage.products.put_many([product])
    assert bool(listed(storage, wanted)) == wanted.accepts(product)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sku=texts, attributes=pairs, text=texts)
def test_should_find_by_text_what_the_filter_accepts(
    storage: Storage, sku: str, attributes: dict[str, str], text: str
) -> None:
    product, wanted = a_product(sku=sku, attributes=attributes), ProductFilter(text=text)
    storage.products.put_many([product])
    assert bool(listed(storage, wanted)) == wanted.accepts(product)


@pytest.mark.parametrize("wanted", [ProductFilter(sku="\ud800"), ProductFilter(text="\ud800")])
def test_should_refuse_lone_surrogates(storage: Storage, wanted: ProductFilter) -> None:
    with pytest.raises(BadParameterError):
        storage.products.page(wanted=wanted)
    with pytest.raises(BadParameterError):
        storage.products.page("\ud800")
