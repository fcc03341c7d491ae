"""Groups of products as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from lookalike.duplicates.grouping import Kind, PictureGroup
from lookalike.duplicates.groups import MAX_PRODUCTS, Group, GroupBuilder
from lookalike.duplicates.keeping import Keep
from lookalike.pictures import Picture
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product

A, B, C = (a_fingerprint_id(number) for number in range(3))


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    """Three products; the picture of the second one is the largest."""
    with closing(MemoryStorage(VERSION)) as storage:
        storage.pictures.put_many([a_picture(0), large(a_picture(1)), a_picture(2)])
        storage.products.put_many([a_product(number) for number in range(3)])
        yield storage


def large(picture: Picture) -> Picture:
    return replace(picture, fingerprint=replace(picture.fingerprint, width=4000, height=5330))


def built(storage: MemoryStorage, *groups: PictureGroup) -> list[Group]:
    return list(builder(storage).of_pictures(groups))


def builder(storage: MemoryStorage) -> GroupBuilder:
    order = Keep.order([])
    return GroupBuilder(storage.products, storage.pictures, storage.duplicates, order)


def a_link(a: str, b: str, probability: float = 0.999, verdict: str = "edited_copy") -> PictureLink:
    return PictureLink(a, b, probability, verdict, {"flipped": True})


def ids(group: Group) -> list[str]:
    return sorted(member["entity_id"] for member in group["members"])


COPIES = PictureGroup(Kind.EDITED_COPY, ((A, B),), (a_link(A, B, 0.98765),))


def test_should_say_what_belongs_together_and_what_to_keep(storage: MemoryStorage) -> None:
    [group] = built(storage, COPIES)
    assert ids(group) == ["entity-000000", "entity-000001"]
    assert (group["kind"], group["products"], group["match_percentage"]) == (
        "edited_copy",
        2,
        98.76,
    )
    assert group["keep"]["entity_id"] == "entity-000001"
    assert group["keep"]["reasons"] == ["Its picture is the largest (4000 x 5330 pixels)."]
    [link] = group["links"]
    assert link == {
        "a": A,
        "b": B,
        "match_percentage": 98.76,
        "verdict": "edited_copy",
        "evidence": {"flipped": True},
    }
    assert {picture["fingerprint_id"] for picture in group["pictures"]} == {A, B}


def test_should_list_all_products_of_a_picture(storage: MemoryStorage) -> None:
    storage.products.put_many([a_product(7, fingerprint_id=A)])
    [group] = built(storage, COPIES)
    assert ids(group) == ["entity-000000", "entity-000001", "entity-000007"]


def test_should_leave_out_groups_of_which_one_picture_is_left(storage: MemoryStorage) -> None:
    storage.products.delete("entity-000001")
    assert built(storage, COPIES) == []


def test_should_have_the_same_id_as_long_as_the_pictures_are_the_same(
    storage: MemoryStorage,
) -> None:
    again = replace(COPIES, clusters=((B, A),), links=())
    assert built(storage, COPIES)[0]["id"] == built(storage, again)[0]["id"]
    other = PictureGroup(Kind.EDITED_COPY, ((A, C),), ())
    assert built(storage, COPIES)[0]["id"] != built(storage, other)[0]["id"]


def test_should_show_one_product_of_each_colour_and_remove_none(storage: MemoryStorage) -> None:
    """The colours were compared by a copy that is not shown: of that link there is no evidence."""
    colours = PictureGroup(
        Kind.COLOUR_VARIANT, ((A, B), (C,)), (a_link(C, A, verdict="colour_variant"),)
    )
    [group] = built(storage, colours)
    assert ids(group) == ["entity-000001", "entity-000002"]
    assert group["keep"] is None
    [link] = group["links"]
    assert (link["a"], link["b"], link["evidence"]) == (C, B, {})


def test_should_group_products_that_show_one_picture(storage: MemoryStorage) -> None:
    storage.products.put_many(
        [a_product(7, fingerprint_id=A, attributes={"size": "M", "seller": "x"})]
    )
    [group] = builder(storage).of_one_picture([A, B])
    assert ids(group) == ["entity-000000", "entity-000007"]
    assert (group["kind"], group["match_percentage"]) == ("same_picture", 100)
    assert group["keep"]["entity_id"] == "entity-000007"
    assert group["keep"]["reasons"] == ["Its entry is the most complete (4 fields filled)."]


def test_should_not_propose_to_remove_products_with_a_placeholder(storage: MemoryStorage) -> None:
    storage.pictures.put_many([a_picture(5, quality=0)])
    shown = a_fingerprint_id(5)
    storage.products.put_many([a_product(5), a_product(6, fingerprint_id=shown)])
    [group] = builder(storage).of_one_picture([shown])
    assert group["keep"] is None


def test_should_count_products_that_are_too_many_to_be_listed(storage: MemoryStorage) -> None:
    many = [a_product(n, fingerprint_id=A) for n in range(100, 100 + MAX_PRODUCTS)]
    storage.products.put_many(many)
    [group] = builder(storage).of_one_picture([A])
    assert len(group["members"]) == MAX_PRODUCTS
    assert group["products"] == MAX_PRODUCTS + 1
