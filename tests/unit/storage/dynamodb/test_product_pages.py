"""A page of products reads a limited number of them."""

from __future__ import annotations

from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.listing import ProductFilter, products_of_pages
from tests.builders import a_product
from tests.contract.storage.moto_dynamodb import NAMES, a_client
from tests.unit.storage.dynamodb.faults import Faults


def test_should_end_a_page_where_many_products_were_read_in_vain(other: DynamodbStorage) -> None:
    other.products.put_many([a_product(entity_id=f"e{number}") for number in range(8)])
    database = DynamodbDatabase(a_client(), TABLE_RETRIES)
    products = DynamodbProducts(database, NAMES.products, max_examined=3)
    wanted = ProductFilter(text="no such product")

    first = products.page(wanted=wanted)

    assert (first.products, first.after is None) == ([], False)
    last = next(products_of_pages(lambda after: products.page(after, 5, ProductFilter(text="E7"))))
    assert last.entity_id == "e7"


def test_should_read_no_more_products_than_a_page_shows(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    other.products.put_many([a_product(number) for number in range(9)])
    assert len(storage.products.page(limit=4).products) == 4
    assert faults.calls == ["Scan"]
