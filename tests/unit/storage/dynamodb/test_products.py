"""How often DynamoDB is asked for the products of a picture."""

from __future__ import annotations

from itertools import islice

from lookalike.storage.dynamodb.storage import DynamodbStorage
from tests.builders import a_fingerprint_id, a_product
from tests.unit.storage.dynamodb.faults import Faults

SHARED = a_fingerprint_id(0)
NUMBER = 350


def test_should_read_many_products_of_a_picture_in_few_pages(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    """After a first small page, as many at once as DynamoDB has in 1 MB."""
    products = [a_product(number, fingerprint_id=SHARED) for number in range(NUMBER)]
    other.products.put_many(products)

    assert list(islice(storage.products.showing(SHARED), 100)) == products[:100]
    assert faults.calls == ["Query"]
    assert list(storage.products.showing(SHARED)) == products
    assert faults.calls == ["Query"] * 3
