"""A transaction is written as one or not at all, and costs no more than it must."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lookalike.catalogue.product_limits import MAX_ENTITY_ID_LENGTH
from lookalike.errors import BadParameterError, TransactionTooLargeError
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.run_state import RunState
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.storage.dynamodb.faults import Faults


def put_products(storage: DynamodbStorage, number: int, letters: int = 0) -> None:
    """In one transaction, each with so many letters of attributes."""
    attributes = {"text": "a" * letters}
    with storage.transaction():
        for each in range(number):
            storage.products.put_many([a_product(each, attributes=attributes)])


def test_should_write_a_hundred_items_as_one(storage: DynamodbStorage, faults: Faults) -> None:
    put_products(storage, 100)

    assert faults.calls.count("TransactWriteItems") == 1
    assert "PutItem" not in faults.calls
    assert storage.products.count() == 100


@pytest.mark.parametrize(("number", "letters"), [(101, 0), (50, 90_000)])
def test_should_refuse_what_is_too_much_for_one_transaction_and_write_nothing(
    storage: DynamodbStorage, faults: Faults, number: int, letters: int
) -> None:
    with pytest.raises(TransactionTooLargeError, match="nothing was written"):
        put_products(storage, number, letters)

    assert set(faults.calls) == {"BatchGetItem"}


def test_should_write_any_number_outside_a_transaction(storage: DynamodbStorage) -> None:
    storage.products.put_many([a_product(n, attributes={"a": "a" * 90_000}) for n in range(50)])

    assert storage.products.count() == 50


@pytest.mark.parametrize("number", [1, 2])
def test_should_refuse_an_item_that_is_too_large(
    storage: DynamodbStorage, faults: Faults, number: int
) -> None:
    with pytest.raises(BadParameterError, match="too large"):
        put_products(storage, number, letters=400_000)

    assert set(faults.calls) == {"BatchGetItem"}


def test_should_write_a_lone_item_without_a_transaction_that_costs_twice_as_much(
    storage: DynamodbStorage, faults: Faults
) -> None:
    put_products(storage, 1)

    assert faults.calls == ["BatchGetItem", "PutItem"]


def test_should_send_nothing_for_what_is_unchanged(
    storage: DynamodbStorage, faults: Faults
) -> None:
    put_products(storage, 2)
    faults.calls.clear()

    put_products(storage, 2)
    with storage.transaction():
        pass

    assert set(faults.calls) == {"BatchGetItem"}


def test_should_show_others_nothing_before_its_end(
    storage: DynamodbStorage, other: DynamodbStorage
) -> None:
    """Neither another process nor another thread of this one."""

    def look(where: DynamodbStorage) -> int:
        return where.products.count() + where.pictures.count() + len(where.imports.running())

    with ThreadPoolExecutor(1) as thread, storage.transaction():
        storage.pictures.put_many([a_picture(1)])
        storage.products.put_many([a_product(1)])
        storage.imports.put(ImportRun("run", created_at=1))
        assert look(storage) == 3
        assert look(other) == thread.submit(look, storage).result() == 0
    assert look(other) == 3


def test_should_lay_its_changes_over_what_it_lists(storage: DynamodbStorage) -> None:
    shared = a_fingerprint_id(0)
    storage.products.put_many([a_product(n, fingerprint_id=shared) for n in (1, 3, 5, 7)])

    with storage.transaction():
        storage.products.put_many([a_product(n, fingerprint_id=shared) for n in (4, 8)])
        storage.products.put_many([a_product(3, sku="new", fingerprint_id=shared), a_product(5)])
        assert storage.products.delete(a_product(7).entity_id)
        assert not storage.products.delete(a_product(7).entity_id)
        shown = [
            (product.entity_id[-1], product.sku) for product in storage.products.showing(shared)
        ]
        assert storage.products.count() == 5

    assert shown == [("1", "SKU-1"), ("3", "new"), ("4", "SKU-4"), ("8", "SKU-8")]
    assert [product.entity_id[-1] for product in storage.products.showing(shared)] == list("1348")


def test_should_lay_its_changes_over_the_pictures(storage: DynamodbStorage) -> None:
    """What it sees again it counts once, whatever version it is of."""
    storage.pictures.put_many([a_picture(1, last_seen=5), a_picture(2, version="old")])

    with storage.transaction():
        storage.pictures.put_many([a_picture(1, last_seen=3), a_picture(3, last_seen=3)])
        storage.pictures.put_many([a_picture(1, last_seen=8), a_picture(3, last_seen=2)])
        found = storage.pictures.get_many([a_fingerprint_id(n) for n in (1, 3)])
        assert [found[a_fingerprint_id(n)].last_seen for n in (1, 3)] == [8, 3]
        assert (storage.pictures.count(), storage.pictures.count("old")) == (3, 1)

    assert storage.pictures.get_many(found) == found


def test_should_lay_its_changes_over_the_imports(storage: DynamodbStorage) -> None:
    def row(number: int, code: str = "a") -> FailedRow:
        return FailedRow(number, None, None, code, "")

    for name in ("run", "other"):
        storage.imports.put(ImportRun(name, created_at=1))
    storage.imports.add_failures("run", [row(0), row(2), row(4)])

    with storage.transaction():
        storage.imports.put(ImportRun("other", created_at=1, state=RunState.DONE))
        storage.imports.put(ImportRun("third", created_at=0))
        storage.imports.add_failures("run", [row(1), row(2, "b")])
        storage.imports.add_failures("third", [row(3)])
        assert [run.import_id for run in storage.imports.running()] == ["third", "run"]
        assert storage.imports.failures("run", limit=3) == [row(0), row(1), row(2, "b")]
        assert storage.imports.failures("run", after=1) == [row(2, "b"), row(4)]
        assert storage.imports.failures("run", after=-9, limit=1) == [row(0)]

    assert storage.imports.failures("run") == [row(0), row(1), row(2, "b"), row(4)]


def test_should_refuse_to_sweep_in_a_transaction(storage: DynamodbStorage) -> None:
    with storage.transaction(), pytest.raises(RuntimeError, match="sweep"):
        storage.pictures.sweep(1)


def test_should_keep_the_longest_entity_id_that_is_taken(storage: DynamodbStorage) -> None:
    product = a_product(entity_id="😀" * MAX_ENTITY_ID_LENGTH)

    storage.products.put_many([product])

    assert list(storage.products.showing(product.fingerprint_id)) == [product]


@pytest.mark.parametrize("key", ["", "a" * 1_025])
def test_should_refuse_what_cannot_be_a_key(storage: DynamodbStorage, key: str) -> None:
    with pytest.raises(BadParameterError, match="key"):
        storage.products.put_many([a_product(entity_id=key)])
    with pytest.raises(BadParameterError, match="key"):
        storage.products.put_many([a_product(fingerprint_id=key)])
    with pytest.raises(BadParameterError, match="key"):
        storage.imports.put(ImportRun(key, created_at=1))


def test_should_go_on_with_pages_of_pictures(storage: DynamodbStorage) -> None:
    storage.pictures.put_many([a_picture(number, last_seen=number) for number in range(9)])
    storage.pictures.put_many([a_picture(4, last_seen=40)])
    [page] = storage.pictures.pages()

    [rest] = storage.pictures.pages(after=page.pictures[5].fingerprint_id)

    assert rest.pictures == page.pictures[6:]
    assert page.after is rest.after is None
    times_seen = {p.fingerprint_id: (p.last_seen, p.times_seen) for p in page.pictures}
    assert times_seen[a_fingerprint_id(4)] == (40, 2)
    assert times_seen[a_fingerprint_id(5)] == (5, 1)
    assert len(times_seen) == 9
