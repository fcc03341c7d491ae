"""The items that stand for further pictures: how many there are, and what if one is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lookalike.catalogue.product_limits import MAX_IMAGES
from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.errors import BadParameterError
from lookalike.storage.dynamodb.further_pictures import MAX_FURTHER
from lookalike.storage.dynamodb.items import product_item
from lookalike.storage.dynamodb.products import DynamodbProducts
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


def _write_over(client: DynamoDBClient, entity_id: str) -> None:
    """What a program does that knows neither fingerprints nor further items."""
    texts = {"entity_id": entity_id, "sku": "S", "image_url": "https://shop.example/new.jpg"}
    item = {name: {"S": text} for name, text in texts.items()}
    client.put_item(TableName=NAMES.products, Item=item)


def test_should_show_nothing_by_what_is_left_of_a_product_that_was_written_over(
    client: DynamoDBClient, storage: DynamodbStorage
) -> None:
    overwritten, other = a_product(1, further=(2, 3)), a_product(4, further=(3,))
    storage.pictures.put_many([a_picture(number, last_seen=1) for number in (1, 2, 3)])
    storage.products.put_many([overwritten, other])

    _write_over(client, overwritten.entity_id)

    two, three = a_fingerprint_id(2), a_fingerprint_id(3)
    assert list(storage.products.showing(two)) == []
    assert isinstance(storage.products, DynamodbProducts)
    assert not storage.products.is_shown(two)
    assert storage.products.is_shown(three)
    assert storage.products.showing_each([two, three], 5) == {two: [], three: [other]}
    assert storage.pictures.sweep(100) == 2


@pytest.mark.parametrize("in_transaction", [False, True])
def test_should_remove_what_is_left_when_the_item_is_registered(
    client: DynamoDBClient, storage: DynamodbStorage, *, in_transaction: bool
) -> None:
    most = a_product(1, further=range(2, 2 + MAX_FURTHER))
    several, one = a_product(1, further=(77,)), a_product(1)
    for new, items in ((several, 2), (one, 1)):
        storage.products.put_many([most])
        _write_over(client, most.entity_id)
        if in_transaction:
            with storage.transaction():
                storage.products.put_many([new])
        else:
            storage.products.put_many([new])
        assert client.scan(TableName=NAMES.products, Select="COUNT")["Count"] == items
        assert list(storage.products.showing(new.pictures[-1])) == [new]


def test_should_read_once_more_only_where_an_item_is_no_product(
    client: DynamoDBClient, storage: DynamodbStorage, faults: Faults
) -> None:
    storage.products.put_many([a_product(1, further=(2,)), a_product(2)])
    _write_over(client, a_product(2).entity_id)
    faults.calls.clear()
    storage.products.put_many([a_product(1), a_product(3)])
    assert faults.calls.count("BatchGetItem") == 1
    faults.calls.clear()
    storage.products.put_many([a_product(2)])
    assert faults.calls.count("BatchGetItem") == 2


def test_should_know_as_many_further_pictures_as_a_product_may_have() -> None:
    assert MAX_FURTHER == MAX_IMAGES - 1


def test_should_refuse_what_has_no_key(storage: DynamodbStorage) -> None:
    """The longest ids have room for no further picture."""
    longest = "\U0001f600" * 256
    storage.products.put_many([a_product(entity_id=longest)])
    for product in (a_product(entity_id=longest, further=(2,)), a_product(entity_id="a\x1f1")):
        with pytest.raises(BadParameterError):
            storage.products.put_many([product])
    assert list(storage.products.get_many([longest]).values()) == [a_product(entity_id=longest)]
