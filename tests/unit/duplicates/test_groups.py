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


def test_should_never_group_a_product_with_itself(storage: MemoryStorage) -> None:
    """Its pictures may be copies of each other, or other colours, or the same one twice."""
    for number in (1, 2):
        storage.products.delete(a_product(number).entity_id)
    storage.products.put_many([a_product(0, further=(1, 2, 0))])
    links = (a_link(A, B), a_link(C, A, verdict="colour_variant"))
    colours = PictureGroup(Kind.COLOUR_VARIANT, ((A, B), (C,)), links)
    assert built(storage, COPIES, colours) == []
    assert list(builder(storage).of_one_picture([A, B, C])) == []


def test_should_list_a_product_once_with_the_picture_that_is_linked_best_to_another(
    storage: MemoryStorage,
) -> None:
    storage.products.delete(a_product(2).entity_id)
    storage.products.put_many([a_product(0, further=(2,))])
    links = (a_link(A, C, 0.99), a_link(A, B, 0.6), a_link(B, C, 0.9))
    [group] = built(storage, PictureGroup(Kind.EDITED_COPY, ((A, B, C),), links))
    assert ids(group) == ["entity-000000", "entity-000001"]
    [member] = [each for each in group["members"] if each["entity_id"] == "entity-000000"]
    assert (member["fingerprint_id"], member["image_index"]) == (C, 1)
    assert member["image_url"] == "https://shop.example/further/2.jpg"
    assert {(link["a"], link["b"]) for link in group["links"]} == {(A, B), (B, C)}
    assert (group["products"], group["match_percentage"]) == (2, 60.0)


def test_should_take_products_of_one_picture_for_that_alone(storage: MemoryStorage) -> None:
    """One of them has an edited copy of it besides, which no other product shows."""
    storage.products.delete(a_product(1).entity_id)
    storage.products.put_many([a_product(0, further=(1,)), a_product(7, fingerprint_id=A)])
    assert built(storage, COPIES) == []
    [group] = builder(storage).of_one_picture([A])
    assert ids(group) == ["entity-000000", "entity-000007"]


def test_should_group_products_once_that_show_several_pictures_together(
    storage: MemoryStorage,
) -> None:
    storage.products.put_many([a_product(0, further=(1, 2)), a_product(1, further=(2, 0))])
    storage.products.delete(a_product(2).entity_id)
    groups = list(builder(storage).of_one_picture([A, B, C]))
    assert [ids(group) for group in groups] == [["entity-000000", "entity-000001"]]
