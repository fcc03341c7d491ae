"""The store of links between pictures: the kinds of storage of one machine have one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.errors import UnknownDuplicateRunError
from lookalike.storage.duplicates import DuplicateRun, PictureLink, StorageWithLinks
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.run_state import RunState
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.contract.storage.conftest import IN_STEP

RUN = DuplicateRun("run-1", created_at=1_000.5)
RECIPE = "1 of tests"
A, B, C = (a_fingerprint_id(number) for number in range(3))

Reopen = Callable[[StorageWithLinks], StorageWithLinks]


@pytest.fixture(params=IN_STEP)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def storage(kind: str, tmp_path: Path) -> Iterator[StorageWithLinks]:
    """A storage with three products and their pictures."""
    storage = MemoryStorage(VERSION) if kind == "memory" else EmbeddedStorage(tmp_path, VERSION)
    storage.pictures.put_many([a_picture(number) for number in range(3)])
    storage.products.put_many([a_product(number) for number in range(3)])
    yield storage
    storage.close()


@pytest.fixture
def reopen(kind: str, tmp_path: Path) -> Iterator[Reopen]:
    """The storage to read from after writing: the same one, or what another process would open."""
    opened: list[StorageWithLinks] = []

    def reopened(storage: StorageWithLinks) -> StorageWithLinks:
        if kind != "embedded, reopened":
            return storage
        storage.close()
        opened.append(EmbeddedStorage(tmp_path, VERSION))
        return opened[-1]

    yield reopened
    for each in opened:
        each.close()


def a_link(a: str, b: str, probability: float = 0.9) -> PictureLink:
    evidence = {"flipped": False, "outline_of_a": [[0.0, 0.5], [1.0, 1.0]]}
    return PictureLink(a, b, probability, "edited_copy", evidence)


def uncompared(storage: StorageWithLinks, recipe: str = RECIPE) -> list[str]:
    return [each.fingerprint_id for each in storage.duplicates.uncompared(recipe)]


def test_should_give_back_the_run_that_was_put_last(
    storage: StorageWithLinks, reopen: Reopen
) -> None:
    ended = replace(
        RUN,
        min_match=80.5,
        keep=("oldest", "largest"),
        state=RunState.DONE,
        finished_at=2_000.25,
        total=100,
        compared=90,
        started_at=1_500.5,
        compared_before=40,
        groups=7,
    )
    storage.duplicates.put(RUN)
    assert storage.duplicates.get("run-1") == RUN
    assert storage.duplicates.running() == [RUN]
    storage.duplicates.put(ended)
    again = reopen(storage).duplicates
    assert (again.get("run-1"), again.running()) == (ended, [])


def test_should_refuse_a_run_that_there_is_not(storage: StorageWithLinks) -> None:
    with pytest.raises(UnknownDuplicateRunError, match="nothing"):
        storage.duplicates.get("nothing")
    with pytest.raises(UnknownDuplicateRunError):
        storage.duplicates.groups("nothing")


def test_should_list_groups_in_pages(storage: StorageWithLinks, reopen: Reopen) -> None:
    storage.duplicates.put(RUN)
    storage.duplicates.put_groups("run-1", 1, [{"n": 1}, {"n": 2}])
    storage.duplicates.put_groups("run-1", 3, [{"n": 3}])
    duplicates = reopen(storage).duplicates
    assert duplicates.groups("run-1", limit=2) == [{"n": 1}, {"n": 2}]
    assert duplicates.groups("run-1", after=2) == [{"n": 3}]


def test_should_remove_runs_that_ended_long_ago_with_their_groups(
    storage: StorageWithLinks,
) -> None:
    duplicates = storage.duplicates
    for name, end in {"old": 5.0, "new": 10.0, "running": None}.items():
        duplicates.put(replace(RUN, run_id=name, finished_at=end))
        duplicates.put_groups(name, 1, [{"n": name}])
    assert duplicates.sweep(10.0) == 1
    with pytest.raises(UnknownDuplicateRunError):
        duplicates.get("old")
    assert duplicates.groups("new") == [{"n": "new"}]


def test_should_list_the_pictures_that_were_not_compared_in_order(
    storage: StorageWithLinks, reopen: Reopen
) -> None:
    storage.duplicates.add_compared(RECIPE, [B], [])
    again = reopen(storage)
    assert uncompared(again) == [A, C]
    assert again.duplicates.count_uncompared(RECIPE) == 2
    first = again.duplicates.uncompared(RECIPE, limit=1)[0]
    left = again.duplicates.uncompared(RECIPE, after=first.position)
    assert [each.fingerprint_id for each in left] == [C]
    assert uncompared(again, "another recipe") == [A, B, C]


def test_should_compare_no_picture_that_no_product_shows(storage: StorageWithLinks) -> None:
    storage.products.delete("entity-000001")
    assert uncompared(storage) == [A, C]


def test_should_give_back_links(storage: StorageWithLinks, reopen: Reopen) -> None:
    links = [a_link(B, A, 0.6), a_link(B, C)]
    storage.duplicates.add_compared(RECIPE, [], links)
    duplicates = reopen(storage).duplicates
    assert sorted(duplicates.links(RECIPE, 0), key=lambda link: link.probability) == links
    assert list(duplicates.links(RECIPE, 0.7)) == [links[1]]
    assert list(duplicates.links("another recipe", 0)) == []


def test_should_keep_the_more_probable_of_two_links(storage: StorageWithLinks) -> None:
    duplicates = storage.duplicates
    duplicates.add_compared(RECIPE, [], [a_link(A, B, 0.6)])
    duplicates.add_compared(RECIPE, [], [a_link(B, A, 0.8)])
    duplicates.add_compared(RECIPE, [], [a_link(A, B, 0.7)])
    assert list(duplicates.links(RECIPE, 0)) == [a_link(B, A, 0.8)]


def test_should_replace_a_link_of_another_recipe(storage: StorageWithLinks) -> None:
    duplicates = storage.duplicates
    duplicates.add_compared("before", [], [a_link(A, B, 0.9)])
    duplicates.add_compared(RECIPE, [], [a_link(A, B, 0.2)])
    assert list(duplicates.links(RECIPE, 0)) == [a_link(A, B, 0.2)]
    assert list(duplicates.links("before", 0)) == []


def test_should_leave_out_links_of_pictures_that_no_product_shows(
    storage: StorageWithLinks,
) -> None:
    storage.duplicates.add_compared(RECIPE, [], [a_link(A, B)])
    storage.products.delete("entity-000001")
    assert list(storage.duplicates.links(RECIPE, 0)) == []
    storage.products.put_many([a_product(1)])
    assert list(storage.duplicates.links(RECIPE, 0)) == [a_link(A, B)]


def test_should_forget_what_is_known_of_a_removed_picture(
    storage: StorageWithLinks, reopen: Reopen
) -> None:
    """It may come back: then it is compared anew."""
    storage.duplicates.add_compared(RECIPE, [A, B, C], [a_link(A, B), a_link(A, C)])
    storage.products.delete("entity-000001")
    storage.pictures.sweep(2_000_000)
    storage.pictures.put_many([a_picture(1)])
    storage.products.put_many([a_product(1)])
    again = reopen(storage)
    assert uncompared(again) == [B]
    assert list(again.duplicates.links(RECIPE, 0)) == [a_link(A, C)]


def test_should_leave_out_pictures_that_are_not_stored(storage: StorageWithLinks) -> None:
    lost = a_fingerprint_id(99)
    storage.duplicates.add_compared(RECIPE, [lost], [a_link(A, lost), a_link(A, B)])
    assert list(storage.duplicates.links(RECIPE, 0)) == [a_link(A, B)]


def test_should_undo_what_a_failed_transaction_has_added(storage: StorageWithLinks) -> None:
    def fail() -> None:
        with storage.transaction():
            storage.duplicates.add_compared(RECIPE, [A], [a_link(A, B)])
            storage.duplicates.put(RUN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert uncompared(storage) == [A, B, C]
    assert list(storage.duplicates.links(RECIPE, 0)) == []
    assert storage.duplicates.running() == []


def test_should_know_the_order_of_registration(storage: StorageWithLinks, reopen: Reopen) -> None:
    positions = reopen(storage).duplicates.positions([C, A, "lost"])
    assert positions.keys() == {A, C}
    assert positions[A] < positions[C]


def test_should_list_the_pictures_that_several_products_show(storage: StorageWithLinks) -> None:
    storage.products.put_many([a_product(9, fingerprint_id=C), a_product(8, fingerprint_id=A)])
    assert list(storage.duplicates.shown_by_several()) == sorted([A, C])
