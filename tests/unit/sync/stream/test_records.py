"""A record says which picture or product it is about, or is malformed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.products import Product, ProductState
from lookalike.storage.dynamodb.further_pictures import further_items
from lookalike.sync.stream_records import (
    Changed,
    MalformedRecordError,
    adds_embeddings,
    changed_item,
    created_at,
    sequence_number,
)
from tests.builders import a_picture, a_product, an_image, some_hashes
from tests.unit.sync.stream.records import a_product_record, a_record, an_embedding_record


@pytest.mark.parametrize("name", ["INSERT", "MODIFY", "REMOVE"])
def test_should_name_the_picture_that_changed(name: str) -> None:
    record = {**a_record("INSERT", "f1"), "eventName": name}
    assert changed_item(record) == Changed("f1")


def test_should_pass_over_a_picture_that_was_only_seen_again() -> None:
    old, new = a_picture(1, last_seen=100), a_picture(1, last_seen=200)
    assert changed_item(a_record("MODIFY", old.fingerprint_id, old=old, new=new)) is None


def test_should_sync_a_picture_whose_hashes_changed() -> None:
    old, new = a_picture(1), a_picture(1, hashes=some_hashes(2))
    record = a_record("MODIFY", old.fingerprint_id, old=old, new=new)
    assert changed_item(record) == Changed(old.fingerprint_id)


@pytest.mark.parametrize(
    ("old", "new", "seen", "does"),
    [
        ([], ["clip-1"], (1, 2), True),
        (["clip-1"], ["clip-1", "titan-1"], (1, 2), True),
        (["clip-1"], ["clip-1"], (1, 2), False),
        (["clip-1", "titan-1"], ["clip-1"], (1, 2), False),
        ([], ["clip-1"], (2, 2), False),
    ],
)
def test_should_tell_embeddings_that_come_with_a_registration(
    old: list[str],
    new: list[str],
    seen: tuple[int, int],
    does: bool,  # noqa: FBT001 - the outcome
) -> None:
    """Not those that a command adds or drops: it says so itself."""
    record = an_embedding_record(old, new, seen=seen)
    assert adds_embeddings(record) is does
    assert changed_item(record) is None


@pytest.mark.parametrize("name", ["INSERT", "REMOVE"])
def test_should_tell_of_no_embeddings_of_pictures_that_come_or_go(name: str) -> None:
    record = an_embedding_record([], ["clip-1"])
    del record["dynamodb"]["OldImage" if name == "INSERT" else "NewImage"]
    assert not adds_embeddings(record | {"eventName": name})
    assert not adds_embeddings("no record")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, a_product(1)),
        (a_product(1), None),
        (a_product(1), a_product(1, attributes={"colour": "red"})),
        (a_product(1), a_product(1, state=ProductState.FEATURELESS)),
        (a_product(1), replace(a_product(1), further_images=(an_image(2),))),
    ],
)
def test_should_name_the_product_that_changed(old: Product | None, new: Product | None) -> None:
    record = a_product_record(old, new)
    assert changed_item(record) == Changed("entity-000001", is_product=True)


def test_should_pass_over_what_no_index_has_of_a_product() -> None:
    old, new = a_product(1), replace(a_product(1), sku="other", image_url="http://elsewhere")
    assert changed_item(a_product_record(old, new)) is None


def test_should_pass_over_an_item_that_stands_for_a_further_picture() -> None:
    [item] = further_items(replace(a_product(1), further_images=(an_image(2),)))
    change = {"Keys": {"entity_id": item["entity_id"]}, "NewImage": item}
    assert changed_item({"eventName": "INSERT", "dynamodb": change}) is None


def test_should_refuse_an_item_that_is_not_registered() -> None:
    """A replay must not take it for done: it is for the function that registers."""
    item = {"entity_id": {"S": "e"}, "image_url": {"S": "http://x"}}
    change = {"Keys": {"entity_id": {"S": "e"}}, "NewImage": item}
    with pytest.raises(MalformedRecordError, match="not registered"):
        changed_item({"eventName": "INSERT", "dynamodb": change})


@pytest.mark.parametrize(
    "record",
    [
        None,
        "text",
        {},
        {"dynamodb": None, "eventName": "INSERT"},
        {"dynamodb": {}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": None}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"N": "1"}}}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": ""}}}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": 1}}}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": "f"}}}, "eventName": "TRUNCATE"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": "f"}}}},
        {"dynamodb": {"Keys": {"entity_id": {"S": ""}}}, "eventName": "REMOVE"},
    ],
)
def test_should_refuse_what_names_no_picture(record: object) -> None:
    with pytest.raises(MalformedRecordError):
        changed_item(record)


@pytest.mark.parametrize("record", [None, {}, {"dynamodb": None}, {"dynamodb": {}}])
def test_should_know_neither_place_nor_time_of_a_record_without_them(record: object) -> None:
    assert sequence_number(record) == ""
    assert created_at(record) is None


def test_should_know_place_and_time() -> None:
    record = a_record("INSERT", "f", 42)
    assert (sequence_number(record), created_at(record)) == ("42", 42.0)
