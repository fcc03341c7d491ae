"""The items that stand for further pictures: how many there are, and what if one is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lookalike.catalogue.product_limits import MAX_IMAGES
from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.errors import BadParameterError
from lookalike.storage.dynamodb.items import product_item
from lookalike.storage.dynamodb.storage import DynamodbStorage
from tests.builders import a_fingerprint, a_fingerprint_id, a_picture, a_product
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.storage.dynamodb.faults import Faults

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


def test_should_store_a_product_with_one_picture_as_before(
    client: DynamoDBClient, storage: DynamodbStorage
) -> None:
    storage.products.put_many([a_product(1)])
    [item] = client.scan(TableName=NAMES.products)["Items"]
    assert item.keys() == {
        "entity_id",
        "sku",
        "image_url",
        "fingerprint_id",
        "attributes",
        "state",
        "source_revision",
    }


def test_should_replace_as_many_pictures_as_a_product_may_have_in_one_transaction(
    client: DynamoDBClient, storage: DynamodbStorage, faults: Faults
) -> None:
    for first in (0, MAX_IMAGES):
        images = [
            RegisteredImage(None, a_fingerprint(number))
            for number in range(first, first + MAX_IMAGES)
        ]
        register(storage, [Registration("e", "", images)], now=1)
    assert faults.calls.count("TransactWriteItems") == 2
    assert storage.pictures.count() == 2 * MAX_IMAGES
    assert client.scan(TableName=NAMES.products, Select="COUNT")["Count"] == MAX_IMAGES
    assert list(storage.products.showing(a_fingerprint_id(5))) == []
    [product] = storage.products.showing(a_fingerprint_id(2 * MAX_IMAGES - 1))
    assert len(product.images) == MAX_IMAGES


def test_should_read_the_products_of_further_pictures_together(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    products = [a_product(number, further=[99]) for number in range(20)]
    other.products.put_many(products)
    assert list(storage.products.showing(a_fingerprint_id(99))) == products
    assert faults.calls == ["Query", "BatchGetItem"]


def test_should_pass_over_an_item_that_is_left_of_an_earlier_product(
    client: DynamoDBClient, storage: DynamodbStorage
) -> None:
    """As when two calls have replaced one product at once."""
    storage.pictures.put_many([a_picture(2, last_seen=1)])
    storage.products.put_many([a_product(1, further=(2,))])
    client.put_item(TableName=NAMES.products, Item=product_item(a_product(1)))

    assert list(storage.products.showing(a_fingerprint_id(2))) == []
    assert storage.products.count() == 1
    assert storage.pictures.sweep(100) == 1
    storage.products.put_many([a_product(1, further=(3,))])
    assert client.scan(TableName=NAMES.products, Select="COUNT")["Count"] == 2


def test_should_refuse_what_has_no_key(storage: DynamodbStorage) -> None:
    """The longest ids have room for no further picture."""
    longest = "\U0001f600" * 256
    storage.products.put_many([a_product(entity_id=longest)])
    for product in (a_product(entity_id=longest, further=(2,)), a_product(entity_id="a\x1f1")):
        with pytest.raises(BadParameterError):
            storage.products.put_many([product])
    assert list(storage.products.get_many([longest]).values()) == [a_product(entity_id=longest)]
