"""What another program writes into the products table is registered, or says why not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from lookalike.aws.written_products import (
    PATIENCE_SECONDS,
    ItemsById,
    WrittenOutcome,
    WrittenProducts,
)
from lookalike.errors import ImageNotFoundError, ImageUnreachableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.picture_request import Outcome, PictureRequest
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.dynamodb.written_items import PutUnlessWritten, WrittenItems
from lookalike.storage.interfaces import Drift
from lookalike.storage.memory.journal import Journal
from lookalike.storage.memory.vectors import MemoryVectors
from tests.builders import a_product
from tests.contract.storage.moto_dynamodb import NAMES, StreamedVectors, a_storage
from tests.fakes import Clock
from tests.unit.imports.instant_pool import Files, InstantPool

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PRODUCTS = NAMES.products
ADDRESS = "https://shop.example/1.jpg"


class Pool(InstantPool):
    """Lets something happen before pictures are read."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], object] = lambda: None

    @override
    def submit(self, requests: Sequence[PictureRequest]) -> Future[list[Outcome]]:
        self.before()
        return super().submit(requests)


class World:
    """The tables, what registers, and pictures that are there at once."""

    def __init__(self, client: DynamoDBClient) -> None:
        self.client = client
        self.pool = Pool()
        items = WrittenItems(client, DynamodbDatabase(client, TABLE_RETRIES), PRODUCTS)
        self.clock = Clock()
        self.written = WrittenProducts(items, self._loader, self.clock)

    def storage(self, items: ItemsById | None = None) -> DynamodbStorage:
        def put(table: Any, key: Any, item: Any) -> PutUnlessWritten:  # noqa: ANN401
            return PutUnlessWritten(table, key, item, (items or {})[key[0]]["image_url"])

        vectors = MemoryVectors(Journal(), ALGORITHM_VERSION)
        return DynamodbStorage(self.client, NAMES, vectors, lambda: Drift(0, 0), put=put)

    def write(self, entity_id: str, **texts: str) -> dict[str, Any]:
        """What another program does; the record of the stream."""
        item = {"entity_id": entity_id, "sku": "S", **texts}
        stored = {name: {"S": text} for name, text in item.items()}
        self.client.put_item(TableName=PRODUCTS, Item=stored)
        return self.record(entity_id)

    def record(self, entity_id: str) -> dict[str, Any]:
        """The record of the item as it is."""
        image = self.item(entity_id)
        change = {
            "Keys": {"entity_id": {"S": entity_id}},
            "NewImage": image,
            "ApproximateCreationDateTime": self.clock(),
        }
        return {"eventName": "MODIFY", "dynamodb": change}

    def item(self, entity_id: str) -> dict[str, Any]:
        key = {"entity_id": {"S": entity_id}}
        return self.client.get_item(TableName=PRODUCTS, Key=key)["Item"]

    def _loader(self, items: ItemsById) -> CatalogueImport:
        return CatalogueImport(self.storage(items), Files(), self.pool, time.time)


@pytest.fixture
def world(dynamodb: DynamoDBClient) -> World:
    return World(dynamodb)


def test_should_register_what_names_a_picture(world: World) -> None:
    records = [
        world.write("a", image_url=ADDRESS, colour="red"),
        world.write("b", image_url="https://shop.example/2.jpg", attributes='{"size": "L"}'),
    ]
    assert world.written.apply(records) == WrittenOutcome(registered=2)
    products = world.storage().products.get_many(["a", "b"])
    assert (products["a"].image_url, products["a"].attributes) == (ADDRESS, {"colour": "red"})
    assert products["b"].attributes == {"size": "L"}
    assert len(world.storage().pictures.get_many(p.fingerprint_id for p in products.values())) == 2
    assert world.written.apply([world.record("a"), records[0]]) == WrittenOutcome()


def test_should_say_on_the_item_why_it_is_refused(world: World) -> None:
    """Until another picture is written."""
    world.pool.outcomes[ADDRESS] = ImageNotFoundError("There is no picture.")
    record = world.write("a", image_url=ADDRESS)
    products = world.storage().products
    assert products.why_absent("a") == (
        "Another program has written it, and it is registered in a moment."
    )
    assert world.written.apply([record]) == WrittenOutcome(refused=1)
    assert products.why_absent("a") == (
        "Its picture was refused (image_not_found): There is no picture."
    )
    assert world.written.apply([world.record("a"), record]) == WrittenOutcome()
    assert world.pool.seen == [ADDRESS]
    another = world.write("a", image_url="https://shop.example/3.jpg")
    assert world.written.apply([another]) == WrittenOutcome(registered=1)
    assert products.why_absent("a") is None
    assert "refused" not in world.item("a")


def test_should_wait_some_minutes_for_a_host_that_does_not_answer(world: World) -> None:
    """What else is written meanwhile is registered."""
    world.pool.outcomes[ADDRESS] = ImageUnreachableError("The host does not answer.")
    records = [
        world.write("a", image_url=ADDRESS),
        world.write("b", image_url="https://shop.example/2.jpg"),
    ]
    assert world.written.apply(records) == WrittenOutcome(registered=1, is_over=False)
    assert "refused" not in world.item("a")
    world.clock.now = PATIENCE_SECONDS - 1
    assert world.written.apply(records) == WrittenOutcome(is_over=False)
    world.clock.now = PATIENCE_SECONDS
    assert world.written.apply(records) == WrittenOutcome(refused=1)
    assert "image_unreachable" in str(world.storage().products.why_absent("a"))


def test_should_register_an_item_when_its_host_is_back(world: World) -> None:
    world.pool.outcomes[ADDRESS] = ImageUnreachableError("The host does not answer.")
    record = world.write("a", image_url=ADDRESS)
    assert not world.written.apply([record]).is_over
    world.pool.outcomes.clear()
    assert world.written.apply([record]) == WrittenOutcome(registered=1)


def test_should_refuse_what_no_catalogue_may_have(world: World) -> None:
    record = world.write("a", image_url=ADDRESS, **{f"k{number}": "v" for number in range(60)})
    assert world.written.apply([record]) == WrittenOutcome(refused=1)
    assert "attributes" in str(world.storage().products.why_absent("a"))


def test_should_never_replace_what_is_written_meanwhile(world: World) -> None:
    record = world.write("a", image_url=ADDRESS)
    world.pool.before = lambda: world.write("a", image_url="https://shop.example/4.jpg")
    assert not world.written.apply([record]).is_over
    assert world.item("a")["image_url"] == {"S": "https://shop.example/4.jpg"}
    world.pool.before = lambda: None
    assert world.written.apply([record]) == WrittenOutcome(registered=1)
    assert world.storage().products.get_many(["a"])["a"].image_url == "https://shop.example/4.jpg"


def test_should_forget_the_further_pictures_of_a_product_that_is_written_over(world: World) -> None:
    """Neither before the item is registered nor after it does another picture lead to it."""
    before = replace(a_product(11, further=(12, 13)), entity_id="a")
    products = a_storage(world.client, StreamedVectors(world.client)).products
    products.put_many([before])
    record = world.write("a", image_url=ADDRESS)
    assert not any(list(products.showing(each)) for each in before.pictures)
    assert world.written.apply([record]) == WrittenOutcome(registered=1)
    assert not any(list(products.showing(each)) for each in before.pictures)
    assert world.client.scan(TableName=PRODUCTS, Select="COUNT")["Count"] == 1


def test_should_leave_out_of_lists_what_is_not_registered(world: World) -> None:
    """And neither fail because of it nor count it."""
    world.write("a", image_url=ADDRESS)
    world.client.put_item(TableName=PRODUCTS, Item={"entity_id": {"S": "strange"}})
    products = world.storage().products
    assert products.page().products == []
    assert (products.count(), products.get_many(["a", "strange"])) == (0, {})
    assert products.why_absent("strange") == (
        "Another program has written it without an image_url."
    )
    assert products.why_absent("nowhere") is None


def test_should_come_again_where_a_table_is_away(world: World) -> None:
    record = world.write("a", image_url=ADDRESS)
    world.client.delete_table(TableName=NAMES.pictures)
    assert not world.written.apply([record]).is_over
