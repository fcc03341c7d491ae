"""A search compares what is new, keeps what it found batch by batch, and groups all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from lookalike.decisions import DecisionKind
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.local.duplicates.search import TASK_SIZE, DuplicateSearch
from lookalike.matching.calibration import Calibration
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import (
    VERSION,
    a_decided_picture,
    a_decision,
    a_fingerprint_id,
    a_picture,
    a_product,
)
from tests.unit.local.duplicates.instant_pool import InstantPool

A, B, C, D = (a_fingerprint_id(number) for number in range(4))


def a_link(a: str, b: str, probability: float = 0.999) -> PictureLink:
    return PictureLink(a, b, probability, "edited_copy")


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    with closing(MemoryStorage(VERSION)) as storage:
        register(storage, range(4))
        yield storage


def register(storage: MemoryStorage, numbers: Sequence[int]) -> None:
    storage.pictures.put_many([a_picture(number) for number in numbers])
    storage.products.put_many([a_product(number) for number in numbers])


def a_search(
    storage: MemoryStorage, *links: PictureLink, slope: float = 1.0
) -> tuple[DuplicateSearch, InstantPool]:
    pool = InstantPool({link.a: [link] for link in links})
    return DuplicateSearch(storage, pool, Calibration(slope, 0.0, 0.0)), pool


def compared(search: DuplicateSearch) -> int:
    """The number of pictures that a search to the end compares."""
    counts: list[int] = []
    assert search.compare(0.5, counts.append)
    return sum(counts)


def found(search: DuplicateSearch) -> list[Group]:
    return list(search.groups(0.5, Keep.order([])))


def ids(group: Group) -> list[str]:
    return sorted(member["entity_id"][-1] for member in group["members"])


def test_should_compare_every_picture_and_group_what_it_links(storage: MemoryStorage) -> None:
    search, _ = a_search(storage, a_link(A, C), a_link(D, C, 0.98))
    assert (search.count(), compared(search), search.count()) == (4, 4, 0)
    assert [ids(group) for group in found(search)] == [["0", "2"]]


def test_should_compare_only_what_is_new(storage: MemoryStorage) -> None:
    first, _ = a_search(storage, a_link(A, B))
    compared(first)
    register(storage, range(4, 6))
    again, pool = a_search(storage, a_link(a_fingerprint_id(5), C))
    assert compared(again) == 2
    assert [task.fingerprint_id for task in pool.asked] == [
        a_fingerprint_id(4),
        a_fingerprint_id(5),
    ]
    assert [ids(group) for group in found(again)] == [["0", "1"], ["2", "5"]]


def test_should_compare_everything_anew_where_percentages_are_others(
    storage: MemoryStorage,
) -> None:
    compared(a_search(storage)[0])
    assert compared(a_search(storage)[0]) == 0
    assert compared(a_search(storage, slope=2.0)[0]) == 4


def test_should_drop_deleted_products(storage: MemoryStorage) -> None:
    search, _ = a_search(storage, a_link(A, B))
    compared(search)
    storage.products.delete("entity-000001")
    assert found(search) == []


def test_should_compare_pairs_that_have_a_common_neighbour_once(storage: MemoryStorage) -> None:
    search, pool = a_search(storage, a_link(A, B), a_link(C, B))
    compared(search)
    asked = [task for task in pool.asked if task.others]
    assert [{task.fingerprint_id, *task.others} for task in asked] == [{A, C}]
    again, pool = a_search(storage)
    compared(again)
    assert pool.asked == []


def test_should_go_on_where_it_was_stopped(storage: MemoryStorage) -> None:
    """What was compared in the batches before is kept."""
    register(storage, range(4, 5 * TASK_SIZE))
    search, _ = a_search(storage, a_link(A, B))
    counts: list[int] = []
    assert not search.compare(0.5, counts.append, lambda: len(counts) == 2)
    assert counts == [TASK_SIZE, TASK_SIZE]
    assert compared(a_search(storage)[0]) == 3 * TASK_SIZE
    assert [ids(group) for group in found(search)] == [["0", "1"]]


def test_should_lose_no_more_than_the_batch_that_fails(storage: MemoryStorage) -> None:
    register(storage, range(4, 2 * TASK_SIZE))
    search, _ = a_search(storage)
    batches = iter([None])

    def fail_at_the_second(_count: int) -> None:
        next(batches)

    with pytest.raises(StopIteration):
        search.compare(0.5, fail_at_the_second)
    assert search.count() == TASK_SIZE


def test_should_list_products_of_one_picture_once(storage: MemoryStorage) -> None:
    """Those that show a picture of a group of copies are in that group already."""
    storage.products.put_many([a_product(8, fingerprint_id=A), a_product(9, fingerprint_id=D)])
    search, _ = a_search(storage, a_link(A, B))
    compared(search)
    groups = [(group["kind"], ids(group)) for group in found(search)]
    assert groups == [("edited_copy", ["0", "1", "8"]), ("same_picture", ["3", "9"])]


def test_should_not_lose_products_of_one_picture_that_one_of_them_has_in_a_copy_besides(
    storage: MemoryStorage,
) -> None:
    """The linked pictures A and B are those of one product alone, which is no group."""
    storage.products.put_many([a_product(0, further=(1,)), a_product(5, fingerprint_id=A)])
    storage.products.delete("entity-000001")
    search, _ = a_search(storage, a_link(A, B))
    compared(search)
    [group] = found(search)
    assert (group["kind"], ids(group)) == ("same_picture", ["0", "5"])


def test_should_compare_further_pictures_and_find_products_by_them(storage: MemoryStorage) -> None:
    register(storage, [7])
    storage.products.put_many([a_product(0, further=(6, 7)), a_product(1, further=(6,))])
    storage.products.delete("entity-000007")
    storage.pictures.put_many([a_picture(6)])
    search, _ = a_search(storage, a_link(a_fingerprint_id(7), D))
    assert compared(search) == 6
    groups = found(search)
    assert [(group["kind"], ids(group)) for group in groups] == [
        ("edited_copy", ["0", "3"]),
        ("same_picture", ["0", "1"]),
    ]


def decide(
    storage: MemoryStorage, ids: tuple[int, int], shown: tuple[int, int], kind: DecisionKind
) -> None:
    """Decide about the products of two numbers, which show the pictures of two numbers."""
    a, b = ((a_decided_picture(number),) for number in shown)
    storage.decisions.put(replace(a_decision(*ids, kind), pictures_of_a=a, pictures_of_b=b))


def test_should_group_as_was_decided(storage: MemoryStorage) -> None:
    search, _ = a_search(storage, a_link(A, B), a_link(C, D))
    compared(search)
    decide(storage, (0, 1), (0, 1), DecisionKind.NOT_DUPLICATE)
    decide(storage, (1, 2), (1, 2), DecisionKind.DUPLICATE)
    [group] = found(search)
    assert (ids(group), group["decided"]) == (["1", "2"], True)
    assert [each["decision"] for each in group["decisions"]] == ["duplicate"]


def test_should_leave_out_products_of_one_picture_that_are_no_duplicates(
    storage: MemoryStorage,
) -> None:
    storage.products.put_many([a_product(number, fingerprint_id=A) for number in (7, 8)])
    search, _ = a_search(storage)
    [before] = found(search)
    assert (ids(before), before["decided"]) == (["0", "7", "8"], False)
    decide(storage, (0, 7), (0, 0), DecisionKind.NOT_DUPLICATE)
    assert [ids(group) for group in found(search)] == [["0", "7", "8"]]
    decide(storage, (0, 8), (0, 0), DecisionKind.NOT_DUPLICATE)
    assert [ids(group) for group in found(search)] == [["7", "8"]]
    decide(storage, (7, 8), (0, 0), DecisionKind.NOT_DUPLICATE)
    assert found(search) == []
