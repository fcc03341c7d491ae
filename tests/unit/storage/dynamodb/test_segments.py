"""A table is read in parts at the same time, and every item is in exactly one of them."""

from __future__ import annotations

from itertools import chain

import pytest

from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.paging import Segment
from tests.builders import a_fingerprint_id, a_picture, a_product

PARTS = [Segment(number, 3) for number in range(3)]


@pytest.fixture
def pictures(storage: DynamodbStorage) -> DynamodbPictures:
    """Ten."""
    storage.pictures.put_many([a_picture(number) for number in range(10)])
    assert isinstance(storage.pictures, DynamodbPictures)
    return storage.pictures


@pytest.fixture
def products(storage: DynamodbStorage) -> DynamodbProducts:
    """Ten, one of which has further pictures."""
    storage.products.put_many([a_product(number) for number in range(9)])
    storage.products.put_many([a_product(9, further=(20, 21))])
    assert isinstance(storage.products, DynamodbProducts)
    return storage.products


def test_should_have_each_picture_in_one_part(pictures: DynamodbPictures) -> None:
    parts = [
        [each.fingerprint_id for page in pictures.pages(segment=part) for each in page.pictures]
        for part in PARTS
    ]
    assert sorted(chain(*parts)) == sorted(map(a_fingerprint_id, range(10)))
    assert all(parts)


def test_should_count_and_read_each_product_in_one_part(products: DynamodbProducts) -> None:
    counted = [products.count_page(None, part) for part in PARTS]
    assert sum(count for count, _ in counted) == 10
    pages = [products.stored_page(None, 100, part) for part in PARTS]
    read = [product for page, _ in pages for product in page]
    assert sorted(product.entity_id for product in read if product) == [
        a_product(number).entity_id for number in range(10)
    ]


def test_should_go_on_within_a_part(products: DynamodbProducts) -> None:
    [part, *_] = PARTS
    whole, _ = products.stored_page(None, 100, part)
    first, after = products.stored_page(None, 1, part)
    rest, _ = products.stored_page(after, 100, part)
    assert [*first, *rest] == whole


def test_should_name_products_from_all_over_the_table(products: DynamodbProducts) -> None:
    spread = products.spread_ids(4)
    assert spread == sorted(set(spread))
    assert 1 <= len(spread) <= 4
    assert set(spread) <= {a_product(number).entity_id for number in range(10)}
    assert len(products.spread_ids(100)) > len(spread)
