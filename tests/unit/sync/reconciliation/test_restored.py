"""What is copied back into the tables is not swept before all of it is there."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.items import picture_item, product_item
from lookalike.storage.dynamodb.schema import PICTURES, PRODUCTS, TableSchema
from lookalike.sync.repair_steps import UNSEEN_SECONDS
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.lambdas.stacks import OUTPUTS, deploy, run
from tests.unit.sync.reconciliation.conftest import World

LONG_AGO = 1


@pytest.fixture
def copies(world: World) -> None:
    """Tables as they were: a product, its picture, and one picture that no product shows."""
    deploy(OUTPUTS)
    pictures = [picture_item(a_picture(number, last_seen=LONG_AGO)) for number in range(2)]
    _copy(world, PICTURES, "old-pictures", pictures)
    _copy(world, PRODUCTS, "old-products", [product_item(a_product(0))])


def _copy(world: World, schema: TableSchema, name: str, items: Sequence[Item]) -> None:
    [key] = schema.key
    world.client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key.name, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key.name, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in items:
        world.client.put_item(TableName=name, Item=item)


@pytest.mark.usefixtures("copies")
@pytest.mark.parametrize("order", [("products", "pictures"), ("pictures", "products")])
def test_should_not_sweep_what_is_restored_before_its_product(
    world: World, order: Sequence[str]
) -> None:
    world.now = time.time() + UNSEEN_SECONDS / 2
    for kind in order:
        assert run("restore", kind, "--from", f"old-{kind}").exit_code == 0
        assert world.reconciler.run(lambda: 900.0).swept == 0
    assert world.index.entries.keys() == {a_fingerprint_id(0), a_fingerprint_id(1)}

    world.now = time.time() + UNSEEN_SECONDS + 2
    assert world.reconciler.run(lambda: 900.0).swept == 1
    assert set(world.pictures.get_many(map(a_fingerprint_id, range(2)))) == {a_fingerprint_id(0)}
